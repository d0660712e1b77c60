"""The tables of the experiment, and its page in docs/results."""

import datetime

from tuning import GRID, SEEDS, TUNING_SEED, steps_to

HEADER = """# Schedules against a constant learning rate

To repeat it: `tools/bench/schedules` (about an hour and a half on two cores with nothing else running; what it measured it keeps, so it can be broken off).

- date: {date}, commit {commit}
- tasks: digits (8 × 8 pixels of scikit-learn's package, a perceptron with 64 hidden units, SGD with momentum, batch 32)
  and words (the dictionary web2 by line, a GPT of two layers, AdamW, batch 16)
"""

METHOD = """
How it was done. Every schedule has the same initial weights, order of samples and optimizer as the others at the same
seed. Its peak is tuned for every budget by itself, on {grid} values a factor of two apart around the recipe's, which are
widened while the best lies on the edge; tuning looks at validation only (seed {tuning}). Then {seeds} other seeds are run
at that peak and looked at on a test split that nothing else saw; the figures are the mean test loss ± its standard
deviation between seeds. The constant learning rate may stop freely: at the step of a budget's run at which validation
was best. Steps to a target are interpolated between budgets on their logarithm; the targets are 2 % above what the
constant learning rate reaches in the whole, half and a quarter of the longest budget, and the shares are of its own steps.

What was measured. Every kind of phase and of macro that there is has an overlay in `tools/bench/experiment/schedules`, with its author's
settings as far as they are shares of the run, and the usual warm-up where its author has none of his own. `t5` and `power`, whose
height hangs on no peak, multiply the peak that is tuned; `noam` is scaled by it. DeepSpeed's types are there as phases: WarmupLR is
log-constant, WarmupDecayLR log-linear, WarmupCosineLR cosine, OneCycle one-cycle-inverse, WarmupOneCycle warmup-one-cycle. A trapezoid
stands there once for each cooldown that some library has. Not measured: `expr`, which is any curve, `range_test`, which looks for a peak,
and what changes a curve but is none, such as stairs, noise, bounds and the batch. Of libraries' offsets of the inverse square root NeMo's differs from
Megatron's by one step, and is not measured apart.

What it does not say. Both tasks are small, and a budget is short: words sees at most 8,192 lines, far from where a language
model stops learning, and digits has learnt all it will by the third budget, after which what is tuned is how little it
overfits. Peaks are tuned on one seed, so at digits two schedules that differ by less than their spread do not differ. A
schedule without a warm-up starts at its peak, as its author wrote it. Nothing here says what schedules are worth at scale.
"""


def figure(entry):
    return f"{entry.loss:.4f} ± {entry.spread:.4f}"


def markdown(titles, rows):
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def loss_table(budgets, measured):
    titles = ["test loss after", *(f"{budget} steps" for budget in budgets), "peak of the last"]
    rows = [
        [name, *(figure(entry) for entry in entries), f"{entries[-1].peak:.3g}"] for name, entries in measured.items()
    ]
    return markdown(titles, rows)


def targets(budgets, measured):
    """What the constant learning rate comes to within 2 % of in the whole, half and a quarter of the longest budget, and
    the steps that it takes for that itself: once it has stopped to improve, its budget says nothing of its pace."""
    constant = measured["constant"]
    chosen = range(len(budgets) - 1, max(len(budgets) - 4, 0), -1)
    losses = [1.02 * constant[i].loss for i in chosen]
    return [(loss, steps_to(loss, budgets, constant)) for loss in losses]


def target_table(budgets, measured):
    goals = targets(budgets, measured)
    rows = []
    for name, entries in measured.items():
        cells = []
        for loss, own in goals:
            steps = steps_to(loss, budgets, entries)
            cells.append("not reached" if steps is None else f"{steps:.0f} ({steps / own - 1:+.0%})")
        rows.append([name, *cells])
    return markdown(["steps to a test loss of", *(f"{loss:.4f}" for loss, _ in goals)], rows)


def accuracy_table(budgets, measured):
    rows = [
        [name, f"{entries[-1].accuracy:.2%}", f"{entries[-1].accuracy - measured['constant'][-1].accuracy:+.2%}"]
        for name, entries in measured.items()
        if entries[-1].accuracy is not None
    ]
    if not rows:
        return ""
    return "\n" + markdown([f"test accuracy after {budgets[-1]} steps", "mean", "against the constant"], rows)


def listed(names):
    return ", ".join(names) if names else "none"


def time_verdict(budgets, measured):
    loss, own = targets(budgets, measured)[0]
    saved = {}
    for name, entries in measured.items():
        steps = steps_to(loss, budgets, entries)
        if name != "constant" and steps is not None:
            saved[name] = 1 - steps / own
    inside = [name for name, share in saved.items() if 0.3 <= share <= 0.5]
    more = [name for name, share in saved.items() if share > 0.5]
    less = [name for name in measured if name != "constant" and saved.get(name, -1) < 0.3]
    return (
        "Of the claim that schedules save 30 to 50 % of the steps to where the constant learning rate ends: saved more than "
        f"that: {listed(more)}; saved that: {listed(inside)}; saved less, or nothing: {listed(less)}."
    )


def quality_verdict(budgets, measured):
    """Accuracy, where the task has one, else the test loss."""
    constant = measured["constant"][-1]
    scheduled = {name: entries[-1] for name, entries in measured.items() if name != "constant"}
    if constant.accuracy is None:
        gains = {name: 1 - entry.loss / constant.loss for name, entry in scheduled.items()}
        what = "a language model has no accuracy; its test loss"
    else:
        gains = {name: entry.accuracy - constant.accuracy for name, entry in scheduled.items()}
        what = "the accuracy"
    best, worst = max(gains, key=gains.get), min(gains, key=gains.get)
    enough = [name for name, gain in gains.items() if gain >= 0.02]
    return (
        f"Of the claim that they end 2 to 5 % better: {what} after {budgets[-1]} steps is between {gains[worst]:+.2%} "
        f"({worst}) and {gains[best]:+.2%} ({best}) better than the constant's; 2 % or more: {listed(enough)}."
    )


def verdict(budgets, measured):
    """What of "30 to 50 % less training time, 2 to 5 % better accuracy" is seen here."""
    return f"\n{time_verdict(budgets, measured)}\n\n{quality_verdict(budgets, measured)}\n"


def task_tables(task, budgets, measured):
    return (
        f"\n## {task.name}\n\n" + loss_table(budgets, measured) + "\n" + target_table(budgets, measured)
        + accuracy_table(budgets, measured) + verdict(budgets, measured)
    )


def whole(results, commit):
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    return (
        HEADER.format(date=date, commit=commit)
        + "".join(task_tables(*result) for result in results)
        + METHOD.format(grid=GRID, tuning=TUNING_SEED, seeds=len(SEEDS))
    )
