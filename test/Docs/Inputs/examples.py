"""examples.py SOURCE FOLDER DSC: checks every TOML example of the documentation.

A block that begins with `dsc = 1` is a whole recipe and must pass `dsc check`; a block with [schedule] is completed with
a run, an evaluation and an optimizer, and must pass `dsc plot`.
"""
import pathlib
import re
import subprocess
import sys

source, folder, dsc = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
REST = """
[train]
length = "4000 steps"
batch = 512

[optimizer]
kind = "adamw"
beta2 = 0.99

[[data.source]]
name = "words"
kind = "text"
path = "/usr/share/dict/web2"
record = "line"
holdout = "5%"

[[eval]]
source = "words"
"""

checked = 0
for page in [source / "README.md", *sorted((source / "docs").glob("*.md"))]:
    for index, block in enumerate(re.findall(r"^```toml\n(.*?)^```", page.read_text(), flags=re.M | re.S)):
        whole = block.startswith("dsc = 1")
        if not whole and "[schedule]" not in block:
            continue
        recipe = folder / f"{page.stem}-{index}.toml"
        recipe.write_text(block if whole else "dsc = 1\n" + block + REST)
        done = subprocess.run([dsc, "check" if whole else "plot", recipe], text=True, capture_output=True)
        assert done.returncode == 0, f"{page.name}, example {index + 1}:\n{block}\n{done.stderr}"
        checked += 1
assert checked >= 4, f"found {checked} examples"
