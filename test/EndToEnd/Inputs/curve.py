"""curve.py FILE: the schedule of mlp.toml as its page defines it, worked out here with 50 digits."""
import csv
import sys
from decimal import Decimal, getcontext

getcontext().prec = 50
PI = Decimal("3.14159265358979323846264338327950288419716939937510")


def cosine(x):
    term, total, k = Decimal(1), Decimal(1), 0
    while abs(term) > Decimal(10) ** -45:
        k += 2
        term *= -x * x / (k * (k - 1))
        total += term
    return total


def expected(step):
    peak = Decimal("0.01")
    if step < 5:
        return "up", peak * (step + 1) / 5
    low, x = peak / 10, Decimal(step - 5 + 1) / 45
    return "down", low + (peak - low) * (1 + cosine(PI * x)) / 2


with open(sys.argv[1]) as text:
    rows = list(csv.DictReader(text))
assert len(rows) == 50, len(rows)
for step, row in enumerate(rows):
    phase, lr = expected(step)
    assert (int(row["step"]), row["phase"]) == (step, phase), row
    apart = abs(Decimal(row["lr"]) / lr - 1)
    assert apart < Decimal("1e-15"), (row, lr)
    assert float(row["lr"]).hex() == float(f"{float(row['lr']):.17g}").hex()
