"""Measures two ranks, prints tables, and writes docs/results/ranks-<machine>.md. tools/bench/ranks starts it."""

from importlib.metadata import version

import sides
from page import Page, milliseconds, row, table
from programs import EARLY, TOKENS
from rank_contests import SIZES, RankBench

NAMES = {
    0: ("DDP", "PyTorch's DistributedDataParallel"), 1: ("ZeRO-1", "DeepSpeed's stage 1"), 2: ("ZeRO-2", "DeepSpeed's stage 2")
}
NOISE = 1e-5  # of float32, over the first steps


def exchange_rows(figures, limit):
    """Of (ours, another way of ours, floor): ours against the peer, and all beside the floor."""
    return [
        row(
            f"{size} MB", milliseconds(ours[0]), milliseconds(ours[1]), f"{ours[2]:.1f}×", f"≥ {limit}×",
            milliseconds(floor), f"{floor / ours[0]:.0%}", milliseconds(other[0]), f"{other[2]:.1f}×", ours[2] >= limit,
        )
        for size, (ours, other, floor) in figures.items()
    ]


def hidden_rows(figures):
    return [
        row(
            NAMES[zero][0], milliseconds(exchanged), milliseconds(exposed), f"{share:.0%}", "≥ 90 %", milliseconds(waited),
            share >= 0.9,
        )
        for zero, (exchanged, exposed, waited, share) in figures.items()
    ]


def training_rows(rates, memory, losses):
    rows = []
    for zero, (ours, theirs, ratio) in rates.items():
        name, peer = NAMES[zero]
        rows.append(row(
            f"{name}: {peer}", f"{TOKENS / ours:.0f} tokens/s", f"{TOKENS / theirs:.0f} tokens/s", f"{ratio:.2f}×",
            "≥ 1.2×", ratio >= 1.2,
        ))
    for zero, peaks in memory.items():
        for what, (ours, theirs) in (
            ("peak memory", [peak.total for peak in peaks]),
            ("of it, no files", [peak.own for peak in peaks]),
        ):
            rows.append(row(
                f"{NAMES[zero][0]}: {what}", f"{ours / 1e6:.0f} MB", f"{theirs / 1e6:.0f} MB", f"{theirs / ours:.2f}×",
                "≥ 1.0×", theirs >= ours,
            ))
    for zero, difference in losses.items():
        rows.append(row(
            f"{NAMES[zero][0]}: difference of the losses, {EARLY} steps", f"{difference:.1e}", "", "", f"≤ {NOISE:.0e}",
            difference <= NOISE,
        ))
    return rows


EXCHANGE = [
    "gradients", "ours", "Gloo", "ratio", "limit", "memory traffic", "of ours", "reduce-scatter, all-gather", "its ratio", "met"
]
UPDATE = ["gradients", "ours", "Gloo, fused AdamW", "ratio", "limit", "memory traffic", "of ours", "ours, fused", "its ratio", "met"]
HIDDEN = ["strategy", "exchanges of a step", "not hidden", "hidden", "limit", "waits for the other rank", "met"]
TRAINING = ["against", "ours", "peer", "ratio", "limit", "met"]

METHOD = """
How they are measured. Two ranks are two processes of one machine, with one thread each. All sides of a row take turns,
and its ratio is the median of the ratios of adjacent turns; a side's own figure is the median of its times. In a turn a
rank writes its gradients as backward does, all ranks meet, and the clock runs until the last one is finished; a turn
does so three times or more often, up to 64 times where it is short, and the median of the second half counts.

- **Exchange**: float32 gradients become their sum on both ranks: our all-reduce over shared memory, which DDP's step
  makes, against `torch.distributed.all_reduce` of Gloo over loopback on one tensor. ZeRO exchanges the same by
  reduce-scatter and all-gather: the last columns. Before anything is timed every element of our sums is compared.
- **Exchange with the update**: the ZeRO-1 step of a GPT-2 of that size, made by the runtime of the training binary's
  plan without the model and the norm: gradients are reduce-scattered bucket by bucket, each rank's parts are updated
  by the generated AdamW and written to the other rank in the same pass, and the ranks meet. The peer reduces the same
  gradients in DDP's buckets of 25 MiB and updates all parameters on each rank by `torch._fused_adamw_`
  (`at::_fused_adamw_`). Before anything is timed, three of our steps must make the bits that one rank makes. 'Fused'
  updates each piece of a bucket as soon as it is summed, while it is in the cache; a step that clips, or guards against
  non-finite gradients, cannot: it has to know the norm of all gradients before it updates any parameter. So `dsc run`
  does not.
- **Memory traffic**: the floor. Two processes at once load and store as many bytes as have to be moved and compute
  nothing, in private memory with huge pages: of each element two gradients are read and two sums written; with the
  update two gradients, the parameter and two moments are read, the moments and two parameters written. The best of
  plain stores, prefetching, and stores past the caches.
- **Hidden**: what `dsc run` says at the end of {hidden} steps of char-gpt: how long exchanges took on their own lane once
  both ranks had begun them, and for how much of that the computation waited. Its other waits, mostly for the rank that
  comes later, stand beside. What ZeRO's updates write to the other rank in their own pass is counted with the update.
  On two processors each lane's thread takes its time from a rank's own.
- **Training**: the mean seconds of steps 11 to {steps} of char-gpt with a global batch of 32, everything in them. The
  peers (`tools/bench/peers/char_gpt_ranks.py`) have our weights of step 0, our batches, our learning rates and torch's
  fused AdamW, eager. DeepSpeed runs on its CPU accelerator, with Gloo, in float32.
- **Memory**: the sum of the proportional set sizes of all processes, ours with the one that starts them, sampled every
  20 ms over {memory} steps in runs that are not timed. 'No files' leaves out the pages of programs and libraries.
- **Losses**: of a step over all ranks, ours against the peer's.
"""

PRIORITY = """- **Scheduling**: ranks wait for each other, so where a machine has other work they measure how it is scheduled. Here
  it had: all sides, ours and the peers', ran in sessions that the kernel preferred to it (`--before-others`).
"""


def turns_of(size, quick):
    if quick:
        return 3
    return 11 if size < 250 else 5


def main():
    options = {"--before-others": "what is measured runs before the other work of the machine (needs the right to)"}
    with Page("tools/bench/ranks", "ranks", "Figures of ranks", "ten minutes", options) as page:
        quick, bench = page.quick, page.programs(RankBench)
        sides.before_others = page.options.before_others
        figures = {
            size: (
                page.part(f"exchange of {size} MB", bench.exchange, turns_of(size, quick), size),
                page.part(f"exchange and update of {size} MB", bench.update, turns_of(size, quick), size),
            )
            for size in ([1, 16] if quick else SIZES)
        }
        exchange, update = ({size: both[index] for size, both in figures.items()} for index in range(2))
        page.add("## Exchange\n\n" + table(EXCHANGE, exchange_rows(exchange, 5)))
        page.add("## Exchange with the update\n\n" + table(UPDATE, exchange_rows(update, 4)))
        steps, hidden_steps = (20, 20) if quick else (60, 100)
        bench.prepare_training(steps)
        losses = page.part("losses", bench.agreement)
        if max(losses.values()) > NOISE:
            raise SystemExit(f"the losses of the first steps differ by {losses}: no figures")
        hidden = page.part("hidden", bench.hidden, 1 if quick else 3, hidden_steps)
        page.add("## Exchange behind backward\n\n" + table(HIDDEN, hidden_rows(hidden)))
        rates = page.part("training", bench.training, 1 if quick else 3, steps)
        memory = page.part("memory", bench.memory, steps)
        page.add("## Training\n\n" + table(TRAINING, training_rows(rates, memory, losses)))
        method = METHOD.format(hidden=hidden_steps, steps=steps, memory=steps)
        if sides.before_others:
            method += PRIORITY
        page.write(method, f"DeepSpeed {version('deepspeed')}")


if __name__ == "__main__":
    main()
