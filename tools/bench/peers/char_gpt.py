"""The same GPT in PyTorch eager: same initial weights, batches and learning rates.

Reads the checkpoint of step 0 (model.safetensors, config.json) and the batches that
`dsc data show -o` wrote; prints one JSON object with the loss and seconds of each step.
"""

import argparse
import json
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file


class Block(torch.nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1 = torch.nn.LayerNorm(width)
        self.attn = torch.nn.Linear(width, 3 * width)
        self.attn_out = torch.nn.Linear(width, width)
        self.ln_2 = torch.nn.LayerNorm(width)
        self.fc = torch.nn.Linear(width, 4 * width)
        self.fc_out = torch.nn.Linear(4 * width, width)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.attn(self.ln_1(x)).split(width, dim=2)
        q, k, v = (t.view(batch, length, self.heads, -1).transpose(1, 2) for t in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attn_out(y.transpose(1, 2).reshape(batch, length, width))
        return x + self.fc_out(F.gelu(self.fc(self.ln_2(x)), approximate="tanh"))


class Gpt(torch.nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["n_embd"]
        self.wte = torch.nn.Embedding(config["vocab_size"], width)
        self.wpe = torch.nn.Embedding(config["n_positions"], width)
        self.blocks = torch.nn.ModuleList(
            Block(width, config["n_head"]) for _ in range(config["n_layer"]))
        self.ln_f = torch.nn.LayerNorm(width)

    def forward(self, inputs, targets):
        x = self.wte(inputs) + self.wpe(torch.arange(inputs.shape[1]))
        for block in self.blocks:
            x = block(x)
        scores = F.linear(self.ln_f(x), self.wte.weight)
        return F.cross_entropy(scores.view(-1, scores.shape[-1]), targets.view(-1))

    def load(self, tensors):
        """Hugging Face's names; its Conv1D weights are [in, out]."""
        names = {"attn.c_attn": "attn", "attn.c_proj": "attn_out", "mlp.c_fc": "fc", "mlp.c_proj": "fc_out"}
        state = {}
        for name, tensor in tensors.items():
            name = name.removeprefix("transformer.")
            if name.startswith("h."):
                name = "blocks." + name[2:]
                for theirs, ours in names.items():
                    if f".{theirs}." in name:
                        name = name.replace(theirs, ours)
                        tensor = tensor.t().contiguous() if tensor.dim() == 2 else tensor
                        break
            state[name] = tensor
        self.load_state_dict(state)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--batches", required=True)
    parser.add_argument("--rates", required=True, help="CSV of dsc plot")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
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
