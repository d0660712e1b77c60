"""batches.py FILE TEXT: checks the batches that `dsc data show` wrote for gpt.toml."""
import sys

import safetensors_file

STEPS, BATCH, LENGTH = 20, 8, 16
tensors = safetensors_file.read(sys.argv[1])
assert {*tensors} == {"inputs", "targets"}, list(tensors)
for name, (shape, values) in tensors.items():
    assert shape == [STEPS, BATCH, LENGTH], (name, shape)
    assert all(0 <= value < 256 for value in values), name
inputs, targets = tensors["inputs"][1], tensors["targets"][1]
rows = range(0, len(inputs), LENGTH)
for row in rows:
    assert inputs[row + 1 : row + LENGTH] == targets[row : row + LENGTH - 1], f"row {row // LENGTH} is not shifted by one"

with open(sys.argv[2]) as text:
    lines = text.read().splitlines()
known, whole = {*lines}, set()
for row in rows:
    pieces = bytes(inputs[row : row + LENGTH]).decode().split("\n")
    whole |= {*pieces[1:-1]}
    for piece in (pieces[0], pieces[-1]):
        assert any(piece in line for line in lines), piece
assert whole <= known, whole - known
assert len({inputs[row : row + LENGTH] for row in rows}) > 0.9 * len(rows), "samples repeat within an epoch"
