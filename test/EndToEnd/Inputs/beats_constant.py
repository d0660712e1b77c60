"""beats_constant.py DSC RECIPE PROPOSED FOLDER: trains RECIPE with its peak as a constant LR, and PROPOSED as it is.

The last held-out loss of the second must be the lower one.
"""
import csv
import subprocess
import sys
import tomllib

dsc, recipe, proposed, folder = sys.argv[1:]
with open(recipe, "rb") as file:
    peak = tomllib.load(file)["schedule"]["peak"]
with open(f"{folder}/constant.toml", "w") as file:
    file.write(f"[schedule]\ninherit = false\npeak = {peak}\n")


def last_held_out(name, *recipes):
    subprocess.run([dsc, "compile", *recipes, "--quiet", "-o", f"{folder}/{name}"], check=True)
    subprocess.run([f"{folder}/{name}", "--quiet", "--run-dir", f"{folder}/{name}.run"], check=True)
    with open(f"{folder}/{name}.run/metrics.csv") as file:
        return [float(row["val_loss"]) for row in csv.DictReader(file) if row["val_loss"]][-1]


constant = last_held_out("constant", recipe, f"{folder}/constant.toml")
found = last_held_out("found", proposed)
print(f"held-out loss: {constant:.4f} at a constant LR of {peak}, {found:.4f} as proposed")
assert found < constant, (found, constant)
