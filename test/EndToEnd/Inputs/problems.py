"""problems.py FILE [FILE LINE SEVERITY]...: fails unless `dsc check --json` found these; LINE `-` means none."""
import json
import sys

with open(sys.argv[1]) as text:
    problems = json.load(text)
found = []
for problem in problems:
    assert {*problem} - {"line", "column"} == {"file", "severity", "message", "hint"}, problem
    assert ("line" in problem) == ("column" in problem) and problem["message"], problem
    found += [problem["file"], str(problem.get("line", "-")), problem["severity"]]
if found != sys.argv[2:]:
    sys.exit(f"found {found}, expected {sys.argv[2:]}\n{json.dumps(problems, indent=1)}")
