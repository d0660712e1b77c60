"""What trainings of char-gpt share: their inputs, the model with our initial weights, its optimizer."""

import argparse
import json

import torch
from gpt import Gpt
from safetensors.torch import load_file


def parser(description):
    """Options that say what is trained: the checkpoint of step 0 (model.safetensors, config.json), the batches that
    `dsc data show -o` wrote, the learning rates of `dsc plot --csv`."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--checkpoint", required=True)
    options.add_argument("--batches", required=True)
    options.add_argument("--rates", required=True, help="CSV of dsc plot")
    options.add_argument("--steps", type=int, required=True)
    options.add_argument("--threads", type=int, required=True)
    options.add_argument("--betas", type=float, nargs=2, default=(0.9, 0.95))
    options.add_argument("--weight-decay", type=float, default=0.1)
    options.add_argument("--clip-norm", type=float, default=1.0)
    return options


class Training:
    def __init__(self, options):
        torch.set_num_threads(options.threads)
        self.options = options
        with open(f"{options.checkpoint}/config.json") as file:
            self.model = Gpt(json.load(file))
        self.model.load(load_file(f"{options.checkpoint}/model.safetensors"))
        self.batches = load_file(options.batches)
        with open(options.rates) as file:
            self.rates = [float(line.split(",")[2]) for line in file.readlines()[1:]]

    def adamw(self):
        matrices = [p for p in self.model.parameters() if p.dim() > 1]
        vectors = [p for p in self.model.parameters() if p.dim() == 1]
        return torch.optim.AdamW(
            [{"params": matrices, "weight_decay": self.options.weight_decay}, {"params": vectors, "weight_decay": 0.0}],
            lr=0.0, betas=tuple(self.options.betas), fused=True)

    def set_rate(self, optimizer, step):
        for group in optimizer.param_groups:
            group["lr"] = self.rates[step]

    def batch(self, step, rank=0, ranks=1):
        """(inputs, targets) of a rank: its rows, whose targets lie one after the other."""
        inputs, targets = self.batches["inputs"][step], self.batches["targets"][step]
        rows = len(inputs) // ranks
        per_row = len(targets) // len(inputs)
        mine = slice(rank * rows, (rank + 1) * rows)
        return inputs[mine], targets[mine.start * per_row : mine.stop * per_row]
