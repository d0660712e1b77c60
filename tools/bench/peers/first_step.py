"""The first step of the same training as a short script would make it: text, model, AdamW, one update.

Its initial weights are its own; nothing is logged, evaluated or saved. Prints a line when the step is finished.
"""

import sys

import torch
from gpt import Gpt

BATCH, CONTEXT, VOCABULARY = 32, 64, 256


def main():
    torch.manual_seed(1337)
    with open(sys.argv[1], "rb") as file:
        text = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
    starts = torch.randint(len(text) - CONTEXT - 1, (BATCH,))
    windows = torch.stack([text[start : start + CONTEXT + 1] for start in starts]).long()
    model = Gpt({"n_embd": 128, "n_head": 4, "n_layer": 4, "n_positions": CONTEXT, "vocab_size": VOCABULARY})
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.02)
    optimizer = torch.optim.AdamW(model.parameters(), lr=6e-5, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
    loss = model(windows[:, :-1], windows[:, 1:].reshape(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    print("step 1", loss.item(), flush=True)


if __name__ == "__main__":
    main()
