"""dtypes.py FILE DTYPE: fails unless every tensor of a safetensors file has that type."""
import json
import sys

with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
header.pop("__metadata__", None)
others = {name: entry["dtype"] for name, entry in header.items() if entry["dtype"] != sys.argv[2]}
sys.exit(f"not {sys.argv[2]}: {others}" if others or not header else 0)
