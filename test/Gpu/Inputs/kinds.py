"""kinds.py RECIPE DSC: the recipe has every kind of phase that the language has, a million steps of each."""
import json
import subprocess
import sys
import tomllib

schema = json.loads(subprocess.run([sys.argv[2], "schema"], text=True, capture_output=True, check=True).stdout)
kinds = {branch["properties"]["kind"]["const"] for branch in schema["$defs"]["schedule.phase"]["anyOf"]}
with open(sys.argv[1], "rb") as file:
    recipe = tomllib.load(file)
used = [phase["kind"] for phase in recipe["schedule"]["phase"]]
assert len(kinds) > 25 and set(used) == kinds, kinds ^ set(used)
assert recipe["train"]["length"] == f"{len(used)}M steps", (recipe["train"]["length"], len(used))
