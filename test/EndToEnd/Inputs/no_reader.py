"""no_reader.py COMMAND...: runs a command whose stdout nobody reads, with SIGPIPE and where it is ignored: both have to be silent."""
import os
import signal
import subprocess
import sys

for restored, expected in ((True, -signal.SIGPIPE), (False, 0)):
    reader, writer = os.pipe()
    os.close(reader)
    # Python ignores the signal, which a command inherits unless it is restored.
    done = subprocess.run(sys.argv[1:], stdout=writer, stderr=subprocess.PIPE, text=True, restore_signals=restored)
    os.close(writer)
    assert done.stderr == "", done.stderr
    assert done.returncode == expected, f"exit status {done.returncode}, expected {expected}"
