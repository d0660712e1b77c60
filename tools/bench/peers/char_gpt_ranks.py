"""The same training on several ranks over Gloo: by PyTorch's DistributedDataParallel, or DeepSpeed's ZeRO.

Every rank takes its rows of the same batches. Rank 0 prints one JSON object with the loss of each step, over all
ranks, and its seconds.
"""

import json
import os
import sys
import time

import torch
import torch.distributed
from training import Training, parser

STAGES = {"zero1": 1, "zero2": 2}


class Ddp:
    def __init__(self, training):
        torch.distributed.init_process_group("gloo")
        self.clip_norm = training.options.clip_norm
        self.model = torch.nn.parallel.DistributedDataParallel(training.model, gradient_as_bucket_view=True)
        self.optimizer = training.adamw()

    def step(self, batch):
        loss = self.model(*batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip_norm)
        self.optimizer.step()
        return loss


class Zero:
    def __init__(self, training, stage):
        import deepspeed
        import deepspeed.ops

        # It would compile an operator at its first start that only inference uses.
        deepspeed.ops.__compatible_ops__ = {}
        deepspeed.init_distributed(dist_backend="gloo", verbose=False)
        batch, ranks = len(training.batches["inputs"][0]), torch.distributed.get_world_size()
        configuration = {
            "train_batch_size": batch,
            "train_micro_batch_size_per_gpu": batch // ranks,
            "gradient_clipping": training.options.clip_norm,
            "zero_allow_untested_optimizer": True,
            "zero_optimization": {"stage": stage},
            "steps_per_print": sys.maxsize,
        }
        self.engine, self.optimizer, *_ = deepspeed.initialize(
            model=training.model, optimizer=training.adamw(), config=configuration)

    def step(self, batch):
        loss = self.engine(*batch)
        self.engine.backward(loss)
        self.engine.step()
        return loss


def main():
    options = parser(__doc__)
    options.add_argument("--strategy", choices=["ddp", *STAGES], required=True)
    options = options.parse_args()
    training = Training(options)
    trainer = Ddp(training) if options.strategy == "ddp" else Zero(training, STAGES[options.strategy])
    rank, ranks = torch.distributed.get_rank(), torch.distributed.get_world_size()
    losses, seconds = [], []
    for step in range(options.steps):
        start = time.perf_counter()
        training.set_rate(trainer.optimizer, step)
        losses.append(trainer.step(training.batch(step, rank, ranks)).item())
        seconds.append(time.perf_counter() - start)
    losses = torch.tensor(losses, dtype=torch.float64)
    torch.distributed.all_reduce(losses)
    if rank == 0:
        print(json.dumps({"losses": (losses / ranks).tolist(), "seconds": seconds}), flush=True)
    torch.distributed.barrier()
    os._exit(0)  # Gloo's threads may not outlive its groups: taking them down ends in an abort now and then


if __name__ == "__main__":
    os.environ.setdefault("DS_ACCELERATOR", "cpu")
    main()
