"""moved_tensors.py CHECKPOINT CHECKPOINT: which tensors differ, and the optimizer's tensors of each."""
import sys

import safetensors_file

one, other = (safetensors_file.read(f"{path}/model.safetensors") for path in sys.argv[1:])
state = safetensors_file.read(f"{sys.argv[2]}/optimizer.safetensors")
assert {*one} == {*other}
for name in sorted(one):
    slots = [slot for slot in sorted(state) if slot.startswith(name + ".")]
    moved = "moved" if one[name] != other[name] else "same"
    print(moved, name, *(["with", *slots] if slots else []))
