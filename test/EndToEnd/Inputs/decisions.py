"""decisions.py RUN: prints the decisions of a run, where its phases began, and the LR at the steps around them."""
import json
import sys

events = []
with open(f"{sys.argv[1]}/events.jsonl") as lines:
    events = [json.loads(line) for line in lines]
rates = {event["step"]: event["lr"] for event in events if event["event"] == "step"}
for event in events:
    if event["event"] == "decision":
        step, state = event["step"], " ".join(f"{key}={value:g}" for key, value in event["state"].items())
        print(f"{step}: {event['what']} in {event['phase']}, {event['metric']} {event['value']:.4g}: {state}")
        print("  LR", " ".join(f"{rates[at]:.6g}" for at in range(step - 1, step + 3) if at in rates))
    elif event["event"] == "phase":
        print(f"{event['step']}: phase {event['name']}")
