"""early_stop.py STOPPED STARTED... -- COMMAND...: ranks of this host as a launcher that does not look after them starts them.

Starts the ranks STARTED of four one after the other, each when the one before has come to where they meet, and stops STOPPED there.
The others have to end with 5, naming it; prints what they said.
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

split = sys.argv.index("--")
stopped, *started = map(int, sys.argv[1:split])
command = sys.argv[split + 1 :]


def has_come(folder, rank):
    return any(folder.rglob("answer" if rank == 0 else f"rank-{rank}"))


with tempfile.TemporaryDirectory() as name:
    folder, ranks = pathlib.Path(name), {}
    for rank in started:
        place = {"RANK": rank, "WORLD_SIZE": 4, "LOCAL_RANK": rank, "LOCAL_WORLD_SIZE": 4, "TMPDIR": name}
        environment = {**os.environ, **{key: str(value) for key, value in place.items()}}
        ranks[rank] = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        while not has_come(folder, rank):
            assert ranks[rank].poll() is None, ranks[rank].stderr.read()
            time.sleep(0.01)
        if rank == stopped:
            ranks[rank].send_signal(signal.SIGSTOP)
    for rank, process in ranks.items():
        if rank != stopped:
            said = process.communicate(timeout=60)[1]
            print(said)
            assert process.returncode == 5, f"rank {rank} ended with {process.returncode}"
            assert f"rank {stopped} " in said, f"rank {rank} does not name it"
    ranks[stopped].kill()
    ranks[stopped].communicate()
