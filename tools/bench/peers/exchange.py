"""Gloo's all-reduce, alone or with torch's fused AdamW behind it: one rank.

    exchange.py all_reduce BYTES
    exchange.py update CONFIG      a model's config as JSON: its gradients are reduced in buckets as DDP makes them

For every line of the input all ranks do it, and each prints how many seconds it took.
"""

import json
import statistics
import sys
import time

import torch
import torch.distributed
from gpt import Gpt

BUCKET = 25 << 20  # bytes, DistributedDataParallel's default


class AllReduce:
    def __init__(self, size):
        self.gradients = torch.empty(int(size) // 4)

    def prepare(self):
        self.gradients.fill_(1e-3)

    def run(self):
        torch.distributed.all_reduce(self.gradients)

    def bytes(self):
        return self.gradients.numel() * 4


class Update:
    """Gradients are views of one array, as in DDP's buckets."""

    def __init__(self, config):
        self.parameters = [p.detach() for p in Gpt(json.loads(config)).parameters()]
        self.flat = torch.empty(sum(p.numel() for p in self.parameters))
        parts = self.flat.split([p.numel() for p in self.parameters])
        self.gradients = [part.view_as(p) for part, p in zip(parts, self.parameters)]
        self.first, self.second = ([torch.zeros_like(p) for p in self.parameters] for _ in range(2))
        self.steps = [torch.zeros(()) for _ in self.parameters]

    def prepare(self):
        self.flat.fill_(1e-3)
        torch._foreach_add_(self.steps, 1)

    def run(self):
        for bucket in self.flat.split(BUCKET // 4):
            torch.distributed.all_reduce(bucket)
        torch._fused_adamw_(
            self.parameters, self.gradients, self.first, self.second, [], self.steps, lr=6e-4, beta1=0.9, beta2=0.95,
            weight_decay=0.1, eps=1e-8, amsgrad=False, maximize=False)

    def bytes(self):
        return self.flat.numel() * 4


def take_turn(side):
    """The median of the second half, as tools/bench/exchange/Main.cpp does."""
    times = []
    for _ in range(min(max((256 << 20) // side.bytes(), 3), 64)):
        side.prepare()
        torch.distributed.barrier()
        start = time.perf_counter()
        side.run()
        times.append(time.perf_counter() - start)
    return statistics.median(times[len(times) // 2:])


def main():
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo")
    side = {"all_reduce": AllReduce, "update": Update}[sys.argv[1]](sys.argv[2])
    take_turn(side)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(take_turn(side), flush=True)
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
