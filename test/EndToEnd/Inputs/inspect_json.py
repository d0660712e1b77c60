"""inspect_json.py FILE BINARY DATA: checks `dsc inspect --json` of mlp.toml's binary."""
import hashlib
import json
import os
import sys

with open(sys.argv[1]) as text:
    found = json.load(text)
assert found["name"] == "tiny" and found["format"] == 4, found
assert {*found["fingerprint"]} >= {"recipe", "model", "data", "schedule", "optimizer", "batch"}
assert all(len(value) == 64 for value in found["fingerprint"].values())
assert 0 < found["payload_bytes"] < os.path.getsize(sys.argv[2])
for kernel in found["kernels"]:
    assert {*kernel["code_bytes"]} == {"x86_64_v3", "x86_64_v4"}, kernel
    assert all(size > 0 for size in kernel["code_bytes"].values()), kernel
spans = sorted((entry["offset"], entry["offset"] + entry["size"]) for entry in found["parameters"])
assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:])), spans
assert sum(entry["size"] for entry in found["parameters"]) == 42
with open(sys.argv[3], "rb") as data:
    digest = hashlib.sha256(data.read()).hexdigest()
assert digest in json.dumps(found["data"]), "the data's hash is not there"
