"""small.py FOLDER: fails where a bundle is larger than it may be, or its programs name folders of the machine that made it."""
import pathlib
import sys

files = [path for path in pathlib.Path(sys.argv[1]).rglob("*") if path.is_file()]
total = sum(path.stat().st_size for path in files)
assert 5e6 < total <= 60e6, total
for path in files:
    if path.suffix == ".so":
        assert b"/torch/lib" not in path.read_bytes(), path
