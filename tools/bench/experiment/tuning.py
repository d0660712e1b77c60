"""Tunes the peak of a schedule for a budget on validation, then measures it over seeds on the test split."""

import math
import statistics

GRID = 7  # peaks, a factor of two apart
WIDENINGS = 6  # further peaks, where the best of the grid lies on its edge
TUNING_SEED = 1
SEEDS = (101, 102, 103, 104, 105)


def best_until(curve, budget):
    """The least validation loss up to a budget, with its step: where free stopping stops."""
    return min(((loss, step) for step, loss in curve if step <= budget), default=(math.inf, budget))


class Measured:
    """What a schedule comes to at one budget."""

    def __init__(self, peak, losses, accuracies):
        self.peak, self.losses = peak, losses
        self.accuracies = [accuracy for accuracy in accuracies if accuracy is not None]

    @property
    def loss(self):
        return statistics.mean(self.losses)

    @property
    def spread(self):
        return statistics.stdev(self.losses)

    @property
    def accuracy(self):
        return statistics.mean(self.accuracies) if self.accuracies else None


class Contest:
    """One schedule (an overlay, or None for a constant learning rate) on one task."""

    def __init__(self, task, schedule, budgets, pool, report):
        self.task, self.schedule, self.budgets = task, schedule, budgets
        self.pool, self.report = pool, report

    def length(self, budget):
        """A constant learning rate is free to stop, so its longest run holds all shorter ones."""
        return budget if self.schedule else self.budgets[-1]

    def validation(self, peak, budget):
        run = self.task.run(self.schedule, self.length(budget), peak, TUNING_SEED)
        return best_until(run["validation"], budget)[0]

    def tune(self, budget):
        """The best peak of the grid, which moves on while its best lies on the edge."""
        peaks = [self.task.peak * 2.0 ** (index - GRID // 2) for index in range(GRID)]
        losses = dict(zip(peaks, self.pool.map(lambda peak: self.validation(peak, budget), peaks)))
        for _ in range(WIDENINGS):
            best = min(losses, key=losses.get)
            if best not in (min(losses), max(losses)):
                break
            beyond = best / 2 if best == min(losses) else best * 2
            losses[beyond] = self.validation(beyond, budget)
        return min(losses, key=losses.get)

    def measure(self, budget):
        peak = self.tune(budget)
        runs = list(self.pool.map(lambda seed: self.task.run(self.schedule, self.length(budget), peak, seed), SEEDS))
        losses = []
        for run in runs:
            stop = best_until(run["validation"], budget)[1]
            losses.append(next((loss for step, loss in run["test"] if step == stop), math.inf))
        whole = self.length(budget) == budget
        self.report(self.task, self.schedule, budget)
        return Measured(peak, losses, [run["accuracy"] for run in runs] if whole else [])

    def run(self):
        return [self.measure(budget) for budget in self.budgets]


def steps_to(target, budgets, measured):
    """Steps at which the mean test loss reaches a target, interpolated between budgets on their logarithm; None if never."""
    points = [(budget, entry.loss) for budget, entry in zip(budgets, measured)]
    if points[0][1] <= target:
        return float(points[0][0])
    for (short, high), (long, low) in zip(points, points[1:]):
        if low <= target < high:
            share = (high - target) / (high - low)
            return math.exp(math.log(short) + share * math.log(long / short))
    return None
