"""The same GPT in PyTorch eager: same initial weights, batches and learning rates.

Reads the checkpoint of step 0 (model.safetensors, config.json) and the batches that
`dsc data show -o` wrote; prints one JSON object with the loss and seconds of each step.
"""

import argparse
import json
import time

import torch
from gpt import Gpt
from safetensors.torch import load_file


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--batches", required=True)
    parser.add_argument("--rates", required=True, help="CSV of dsc plot")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--double", action="store_true", help="in float64 throughout")
    parser.add_argument("--betas", type=float, nargs=2, default=(0.9, 0.95))
    parser.add_argument("--weight-decay", type=float, default=0.1)
    parser.add_argument("--clip-norm", type=float, default=1.0)
    return parser.parse_args()


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    with open(f"{options.checkpoint}/config.json") as file:
        model = Gpt(json.load(file))
    model.load(load_file(f"{options.checkpoint}/model.safetensors"))
    if options.double:
        model = model.double()
    batches = load_file(options.batches)
    with open(options.rates) as file:
        rates = [float(line.split(",")[2]) for line in file.readlines()[1:]]
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": options.weight_decay},
         {"params": vectors, "weight_decay": 0.0}],
        lr=0.0, betas=tuple(options.betas), fused=True)
    losses, seconds = [], []
    for step in range(options.steps):
        start = time.perf_counter()
        for group in optimizer.param_groups:
            group["lr"] = rates[step]
        loss = model(batches["inputs"][step], batches["targets"][step])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip_norm)
        optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"losses": losses, "seconds": seconds}))


if __name__ == "__main__":
    main()
