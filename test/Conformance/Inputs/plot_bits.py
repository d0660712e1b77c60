"""plot_bits.py RECIPE LEVEL PAYLOAD HARNESS...: the curve that `dsc plot` prints against the code of a level.

`dsc plot --csv` prints enough digits to read every f64 back; the harness, on whatever machine its words start, writes
the f64s of the exported schedule. They must be the same bits at every step.
"""

import csv
import struct
import subprocess
import sys

recipe, level, payload, *harness = sys.argv[1:]


def output(*words, **options):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, **options).stdout


rows = list(csv.reader(output("dsc", "plot", recipe, "--csv").decode().splitlines()))
assert rows[0][:3] == ["step", "phase", "lr"], rows[0]
plotted = [[float(value) for value in row[2:]] for row in rows[1:]]
tracks = len(plotted[0])

with open(payload + ".o", "wb") as file:
    file.write(output("dsc", "compile", recipe, "--emit", "object", "--isa", level))
output("ld.lld", "-shared", payload + ".o", "-o", payload)
job = f"tracks {tracks} 0 {len(plotted)} 1\n"
values = output(*harness, payload, level.replace("-", "_"), input=job.encode())

computed = list(struct.iter_unpack(f"<{tracks}d", values))
assert len(computed) == len(plotted), f"{len(computed)} steps computed, {len(plotted)} plotted"
for row, plot, code in zip(rows[1:], plotted, computed):
    if struct.pack(f"<{tracks}d", *plot) != struct.pack(f"<{tracks}d", *code):
        sys.exit(f"step {row[0]}: plotted {plot}, {level} computes {list(code)}")
print(f"{len(plotted)} steps of {', '.join(rows[0][2:])}: the same bits as {level}")
