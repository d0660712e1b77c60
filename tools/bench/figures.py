"""Measures, prints one table, and writes docs/results/cpu-<machine>.md. tools/bench/run starts it."""

from contests import Bench
from page import Page, milliseconds, row, table, versus
from programs import EARLY, TOKENS

METHOD = """
How they are measured. Both sides of a row take turns (A B A B ...), and the ratio is the median of the ratios of
adjacent pairs; a side's own figure is the median of its times. Threads are placed alike: nothing is pinned, variables
such as OMP_NUM_THREADS do not count, and AdamW's sides have two threads each, of LibTorch's pool.

- **AdamW**: the kernels of the training binary of `tools/bench/gpt2-124m.toml` (finish and update, {tensors} tensors,
  {elements} parameters, {isa}), launched through the runtime's own device over its own arenas. Each side is a process
  of its own, which holds what a program with that optimizer holds, and makes two updates a turn, of which the second
  counts. LibTorch's peers hold their tensors as LibTorch allocates them; 'in our arenas' gives its fused kernel our
  huge pages. `torch::optim::AdamW` makes two temporaries for each tensor, and most of its time is the kernel's: glibc's
  malloc returns them, and their pages fault in again. 'Its heap kept' tells malloc to return nothing
  (`MALLOC_MMAP_MAX_=0`, `MALLOC_TRIM_THRESHOLD_`), which few programs do. Before anything is timed, three updates must
  agree: the largest difference relative to a tensor's largest value was {difference:.1e}. The loop of loads and stores
  reads the four arrays and writes three with plain stores of the same width and computes nothing; the better of it with
  and without prefetching is the row. 'With the norm' adds what guards a step against non-finite gradients, against
  `clip_grad_norm_`.
- **Compile**: the whole process, warm.
- **First step**: from the start of the process to its line 'step 1'. Ours draws the initial weights, checks the data's
  hashes, evaluates nothing; the peer is `tools/bench/peers/first_step.py`.
- **Training**: the mean seconds of steps 11 to {steps} of char-gpt, everything in them; PyTorch eager
  (`tools/bench/peers/char_gpt.py`) has our weights of step 0, our batches, our learning rates, its fused AdamW. The row is
  the faster of one thread ({one:.0f} tokens/s) and two ({two:.0f}).
- **Losses**: the largest difference between the curves over the first {early} steps. Training makes differences of
  rounding grow, so over {curve} steps both float32 curves, ours and PyTorch's, are held against PyTorch's in float64:
  the row says how far each strays (root mean square). Our last loss is {last:.4f}.
"""

TITLES = ["against", "ours", "peer", "ratio", "limit", "met"]


def adamw_rows(rows):
    best = min(rows["load_store"], rows["load_store_ahead"], key=lambda figures: figures[2])
    return [
        versus("AdamW, GPT-2-124M: `torch::optim::AdamW`", rows["loop"], 7),
        versus("AdamW: `torch::optim::AdamW`, its heap kept", rows["loop_kept"]),
        versus("AdamW: `at::_fused_adamw_`", rows["fused"], 1),
        versus("AdamW: `at::_fused_adamw_` in our arenas", rows["fused_shared"]),
        row(
            "AdamW: the same loads and stores", milliseconds(best[0]), milliseconds(best[1]),
            f"{best[2]:.1%}", "≥ 92 % (aim 97 %)", best[2] >= 0.92,
        ),
        versus("AdamW with the norm: `clip_grad_norm_`, `torch::optim::AdamW`", rows["norm_loop"]),
    ]


def training_rows(rates, losses):
    best = min(rates.values(), key=lambda figures: figures[1])
    early, ours, peers, _ = losses
    return [
        row(
            "char-gpt: PyTorch eager, best of 1 and 2 threads", f"{TOKENS / best[0]:.0f} tokens/s",
            f"{TOKENS / best[1]:.0f} tokens/s", f"{best[2]:.2f}×", "≥ 1.05× (aim 1.15×)", best[2] >= 1.05,
        ),
        row(f"char-gpt: difference of the losses, {EARLY} steps", f"{early:.1e}", "", "", "≤ 1e-5", early <= 1e-5),
        row(
            "char-gpt: distance of the losses from float64's, all steps", f"{ours:.1e}", f"{peers:.1e}",
            f"{ours / peers:.2f}×", "≤ 2.0×", ours <= 2 * peers,
        ),
    ]


def main():
    with Page("tools/bench/run", "cpu", "Figures", "ten minutes") as page:
        quick, bench = page.quick, page.programs(Bench)
        facts, adamw = page.part("AdamW", bench.adamw, 3 if quick else 21)
        compiled = page.part("compile", bench.compile_time, 3 if quick else 11)
        first = page.part("first step", bench.first_step, 2 if quick else 9)
        curve, steps = (20, 20) if quick else (200, 60)
        bench.prepare_training(curve)
        losses = page.part("losses", bench.losses, curve)
        rates = page.part("training", bench.training_rates, 1 if quick else 5, steps)
        rows = adamw_rows(adamw) + [
            row("`dsc compile` for the CPU, warm", milliseconds(compiled), "", "", "≤ 300 ms", compiled <= 0.3),
            versus("first step: a script that imports torch", first, 4),
            *training_rows(rates, losses),
        ]
        method = METHOD.format(
            **facts, steps=steps, curve=curve,
            one=TOKENS / rates[1][1], two=TOKENS / rates[2][1], early=EARLY, last=losses[3],
        )
        page.add(table(TITLES, rows))
        page.write(method)


if __name__ == "__main__":
    main()
