"""near.py A B TOLERANCE: fails unless the losses and norms of two metrics.csv agree; prints the largest difference."""
import csv
import sys

one, other, tolerance = sys.argv[1:]


def numbers(path):
    with open(path) as lines:
        return [
            (float(row["loss"]), float(row["grad_norm"]), float(row["val_loss"] or 0)) for row in csv.DictReader(lines)
        ]


left, right = numbers(one), numbers(other)
assert len(left) == len(right) and left, (len(left), len(right))
largest = max(abs(a - b) / max(1, abs(a)) for x, y in zip(left, right) for a, b in zip(x, y))
print(f"largest difference {largest:.3g} over {len(left)} steps")
sys.exit(0 if largest <= float(tolerance) else 1)
