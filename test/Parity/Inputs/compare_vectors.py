"""compare_vectors.py VECTORS FOLDER: `dsc plot --csv` of each vector's phases against the values of its peer.

Each library writes its value as a sum of its own, so the two may differ by roundings: 1e-12 of a value, and 1e-16 of
the base where a peer's own `1 + cos` leaves no more.
"""

import csv
import json
import os
import subprocess
import sys

vectors, folder = sys.argv[1:]
with open(vectors) as file:
    document = json.load(file)


def plotted(vector):
    recipe = os.path.join(folder, "recipe.toml")
    momentum = "[optimizer]\nkind = \"sgd\"\nmomentum = 0.9\n" if "momentum" in vector else ""
    with open(recipe, "w") as file:
        file.write(f'dsc = 1\n{momentum}[schedule]\npeak = {document["base"]}\ninclusive = "left"\n')
        file.write(vector["schedule"])
        file.write(f'[train]\nlength = "{vector.get("length", len(vector["values"]))} steps"\nbatch = 1\n')
    text = subprocess.run(["dsc", "plot", recipe, "--csv"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return list(csv.DictReader(text.splitlines()))


worst, compared = 0.0, 0
for vector in document["vectors"]:
    rows = plotted(vector)
    for track, values in (("lr", vector["values"]), ("momentum", vector.get("momentum", []))):
        for step, value in enumerate(values):
            found = float(rows[step][track])
            difference = max(abs(found - value) - 1e-16 * document["base"], 0) / max(abs(value), 1e-300)
            compared += 1
            worst = max(worst, difference)
            if difference > 1e-12:
                sys.exit(f"{vector['name']}, {track} of step {step}: {found}, the peer has {value}")
print(f"{len(document['vectors'])} schedules, {compared} values: at most {worst:.1e} apart")
