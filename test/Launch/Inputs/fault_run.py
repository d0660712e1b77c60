"""fault_run.py FAULT STATUS SEED COMMAND...: starts ranks, does something to them at a random moment, looks at the end.

COMMAND ends in `--run-dir DIRECTORY`. FAULT is a signal and whom it hits: `KILL rank` (one of them, drawn by the seed),
`TERM rank`, `TERM launcher`, `INT launcher`, `STOP rank`, `KILL launcher`; several as in `HUP+TERM launcher`;
`STOP start` hits a rank as soon as all are there.
STATUS is the exit status of the launcher. Every rank has to be gone soon, and who was hit must be named once when it is lost. Prints what was said.
"""
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

name, whom = sys.argv[1].split()
expected, seed, command = int(sys.argv[2]), sys.argv[3], sys.argv[4:]
draw = random.Random(seed)


def main():
    log = pathlib.Path(command[-1], "events.jsonl")
    before = log.stat().st_mtime_ns if log.exists() else 0
    # A shell may have told its children to ignore interruptions.
    launcher = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    )
    if whom == "start":
        while len(children(launcher.pid)) < int(command[command.index("-n") + 1]):
            time.sleep(0.001)
    else:
        await_steps(launcher, log, before)
    ranks = children(launcher.pid)
    hit = draw.randrange(len(ranks))
    process = launcher.pid if whom == "launcher" else ranks[hit]
    for each in name.split("+"):
        os.kill(process, getattr(signal, "SIG" + each))
    began = time.monotonic()
    try:
        status = launcher.wait(60)
    except subprocess.TimeoutExpired:
        for left in (launcher.pid, *ranks):
            os.kill(left, signal.SIGKILL)
        raise
    while any(is_alive(rank) for rank in ranks):
        assert time.monotonic() - began < 60, "a rank lives on"
        time.sleep(0.05)
    said = launcher.stderr.read()
    print(said)
    assert status == expected, f"exit status {status}, expected {expected}"
    if whom in ("rank", "start") and name in ("KILL", "STOP"):
        assert f"rank {hit}" in said, f"rank {hit} is not named"
        assert said.count("dsc: error:") == 1, "it is not said once"


def await_steps(launcher, log, before):
    while not log.exists() or log.stat().st_size < 2000 or log.stat().st_mtime_ns == before:
        assert launcher.poll() is None, launcher.stderr.read()
        time.sleep(0.002)
    time.sleep(draw.uniform(0, 0.3))


def children(process):
    return [int(child) for child in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


main()
