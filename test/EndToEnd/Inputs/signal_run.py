"""signal_run.py SIGNAL COMMAND...: stops a run by SIGNAL, looks at what it leaves, and prints how many steps it has made.

COMMAND ends in `--run-dir DIRECTORY`. While the run is alive a second one must be refused, once it has waited for its end in vain.
"""
import json
import os
import signal
import subprocess
import sys
import time

number, command = getattr(signal, sys.argv[1]), sys.argv[2:]
directory = command[-1]
# What nohup or a script's `&` has made this test ignore would stay ignored.
process = subprocess.Popen(command, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
log = f"{directory}/events.jsonl"
while not os.path.exists(log) or os.path.getsize(log) < 2000:
    assert process.poll() is None, "the run ended by itself"
    time.sleep(0.002)
# It would come to its end meanwhile.
process.send_signal(signal.SIGSTOP)
second = subprocess.run([*command, "--resume"], stderr=subprocess.PIPE, text=True)
process.send_signal(signal.SIGCONT)
process.send_signal(number)
status = process.wait()
assert status == 75, f"exit status {status} after {number.name}, expected 75"
assert second.returncode == 4, f"exit status {second.returncode} of the second run, expected 4"
assert directory in second.stderr and "process" in second.stderr, second.stderr

with open(log) as lines:
    events = [json.loads(line) for line in lines]
steps = [event["step"] for event in events if event["event"] == "step"]
saved = events[-2]
assert events[-1]["event"] == "stop" and events[-1]["exit"] == 75, events[-1]
assert saved["event"] == "checkpoint" and saved["step"] == steps[-1] + 1, saved
assert os.readlink(f"{directory}/checkpoints/last") == saved["name"]
print(saved["step"])
