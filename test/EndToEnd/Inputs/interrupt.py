"""interrupt.py SCRATCH COMMAND...: interrupts a command once by SIGINT and once by SIGTERM while it trains.

It must leave with 75, and nothing in SCRATCH, where its temporary files go.
"""
import glob
import os
import signal
import subprocess
import sys
import time

scratch, *command = sys.argv[1:]
# Test runners ignore it, and what is ignored stays ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
for number in (signal.SIGINT, signal.SIGTERM):
    environment = {**os.environ, "TMPDIR": os.path.abspath(scratch)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not any(os.path.getsize(file) > 1000 for file in glob.glob(f"{scratch}/*/*/metrics.csv")):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    process.send_signal(number)
    said = process.communicate()[1]
    assert process.returncode == 75, f"exit status {process.returncode}: {said}"
    assert "stopped by a signal" in said, said
    assert os.listdir(scratch) == [], os.listdir(scratch)
