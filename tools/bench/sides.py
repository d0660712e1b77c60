"""Processes that are measured, and the turns that they take. A row's figure is the median of the ratios of adjacent turns."""

import os
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = ROOT / "tools/bench/peers"

# A side's time may not hang on what the caller's shell says of threads, nor of ranks.
CALLERS = "(OMP|GOMP|MKL|KMP|DSC|GLOO|SLURM|OMPI|TORCHELASTIC)_|(LOCAL_)?(RANK|WORLD_SIZE)$"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not re.match(CALLERS, name)}


# What is measured runs before the other work of the machine. Set from outside, once.
before_others = False


def leave_others_behind():
    """In a new process: a session of its own, which the kernel prefers to all others. Within it nothing changes."""
    if before_others:
        os.setsid()
        pathlib.Path("/proc/self/autogroup").write_text("-20")


def words(command):
    return [str(word) for word in command]


def output(command, **variables):
    done = subprocess.run(words(command), env=ENVIRONMENT | variables, text=True, capture_output=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{' '.join(words(command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def seconds(command):
    start = time.perf_counter()
    output(command)
    return time.perf_counter() - start


def seconds_to_line(command, pattern):
    """From the start of a process to the line of its output that says that a step is finished."""
    start = time.perf_counter()
    process = subprocess.Popen(
        words(command), env=ENVIRONMENT, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    for line in process.stdout:
        if re.match(pattern, line):
            taken = time.perf_counter() - start
            process.stdout.read()
            if process.wait() == 0:
                return taken
    raise SystemExit(f"{' '.join(words(command))} made no step")


def take_turns(count, *sides):
    """What each side returns, turn by turn: [side][turn]."""
    return list(zip(*[[side() for side in sides] for _ in range(count)]))


def compare(ours, theirs):
    """(our median, theirs, the median ratio of adjacent turns)"""
    return statistics.median(ours), statistics.median(theirs), statistics.median(b / a for a, b in zip(ours, theirs))


def turns(count, ours, peer):
    return compare(*take_turns(count, ours, peer))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def rank_variables(ranks, folder):
    """What a launcher tells each of the ranks, which meet on this machine alone. One thread each."""
    shared = {
        "WORLD_SIZE": ranks, "LOCAL_WORLD_SIZE": ranks, "OMP_NUM_THREADS": 1, "DSC_STORE": folder,
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": free_port(), "GLOO_SOCKET_IFNAME": "lo",
    }
    return [
        {name: str(value) for name, value in shared.items()} | {"RANK": str(rank), "LOCAL_RANK": str(rank)}
        for rank in range(ranks)
    ]


class Side:
    """One side of a row: processes that do their work when they are told to, and say how long it took. The last to
    finish counts."""

    def __init__(self, command, *variables):
        self.command = words(command)
        self.processes = [
            subprocess.Popen(
                self.command, env=ENVIRONMENT | own, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                preexec_fn=leave_others_behind,
            )
            for own in variables
        ]
        for process in self.processes:
            if process.stdout.readline() != "ready\n":
                self.fail()

    def fail(self):
        for process in self.processes:
            process.kill()
        raise SystemExit(f"{' '.join(self.command)} failed")

    def __call__(self):
        for process in self.processes:
            print(file=process.stdin, flush=True)
        lines = [process.stdout.readline() for process in self.processes]
        return max(map(float, lines)) if all(lines) else self.fail()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.stdin.close()
        for process in self.processes:
            process.wait()


class RankSide(Side):
    """A side of several ranks."""

    def __init__(self, command, ranks):
        with tempfile.TemporaryDirectory(prefix="dsc-meet-") as folder:
            super().__init__(command, *rank_variables(ranks, folder))
