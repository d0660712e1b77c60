"""ranks_json.py PLAN.json: the simulation of two ranks under zero2 holds together."""
import json
import sys

plan = json.load(open(sys.argv[1]))
both = plan["simulation"]
assert both["right"] and both["faults"] == []
assert len(both["ranks"]) == 2
# Parts of both ranks are one whole; copies are as large on each.
whole = plan["parameters"] * 4
parts = [sum(rank["buffer_bytes"].get(name, 0) for rank in both["ranks"]) for name in ("grad", "exp_avg", "exp_avg_sq")]
assert parts[0] == parts[1] == parts[2] >= whole, parts
assert all(rank["buffer_bytes"]["param"] == parts[0] for rank in both["ranks"])
# Links carry what ranks send.
sent = sum(rank["sent_bytes"] for rank in both["ranks"])
assert sent > 0 and sum(link["bytes"] for link in both["links"]) == sent
assert {(link["from"], link["to"]) for link in both["links"]} == {(0, 1), (1, 0)}
assert 0 <= both["hidden_share"] <= 1
# A lane does one thing at a time.
ends = {}
for span in both["timeline"]:
    lane = (span["rank"], span["lane"])
    assert span["begin"] >= ends.get(lane, span["begin"]) - 1e-12, span
    ends[lane] = span["end"]
assert len(ends) == 4
