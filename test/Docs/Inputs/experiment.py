"""experiment.py FOLDER SCHEMA DSC...: the overlays of the experiment against the kinds that the language has."""
import json
import pathlib
import subprocess
import sys
import tomllib

folder, schema, dsc = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text()), sys.argv[3:]
# Any curve, and a search for a peak.
unmeasured = {"expr", "range_test"}

kinds = {branch["properties"]["kind"]["const"] for branch in schema["$defs"]["schedule.phase"]["anyOf"]}
overlays = sorted((folder / "schedules").glob("*.toml"))
used = {phase["kind"] for path in overlays for phase in tomllib.loads(path.read_text())["schedule"]["phase"]}
assert kinds > unmeasured and len(kinds) > 25, kinds
assert used == kinds - unmeasured, used ^ (kinds - unmeasured)
for path in overlays:
    for length in ("100 steps", "3200 steps"):
        words = ["plot", folder / "digits.toml", path, "--set", f"train.length={length}", "--csv"]
        done = subprocess.run([*dsc, *map(str, words)], cwd=sys.argv[2].rsplit("/", 1)[0], text=True, capture_output=True)
        assert done.returncode == 0, (path.name, done.stderr)
        assert len(done.stdout.splitlines()) == int(length.split()[0]) + 1, path.name
