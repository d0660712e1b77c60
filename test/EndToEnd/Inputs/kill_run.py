"""kill_run.py KILLS SEED DIRECTORY COMMAND...: kills a run at random moments and lets it go on.

COMMAND with `--run-dir DIRECTORY --resume` is started again and again and killed by SIGKILL after a random time, until
KILLS kills have hit a process that was still alive; then it runs to its end. A process that ends by itself before that
must have ended well; its run is finished then, so it is counted and a fresh directory DIRECTORY.N is begun.
Prints one line with the directories that are finished.
"""
import random
import subprocess
import sys
import time


def main():
    kills, seed, directory = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    command = sys.argv[4:]
    draw = random.Random(seed)
    longest = measure(command, directory + ".whole")
    finished, hit = [directory + ".whole"], 0
    while True:
        run = f"{directory}.{len(finished)}"
        process = start(command, run)
        if hit == kills:
            check(process.wait(), run)
            finished.append(run)
            break
        try:
            check(process.wait(draw.uniform(0, longest / 2)), run)
            finished.append(run)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            hit += 1
    print(*finished)


def start(command, run):
    return subprocess.Popen([*command, "--quiet", "--run-dir", run, "--resume"])


def measure(command, run):
    began = time.monotonic()
    check(start(command, run).wait(), run)
    return time.monotonic() - began


def check(status, run):
    if status != 0:
        sys.exit(f"{run}: exit status {status}")


main()
