"""stop.py COMMAND...: sends a check SIGTERM when its first part is under way; what it prints, and its exit code."""
import signal
import subprocess
import sys

check = subprocess.Popen(sys.argv[1:], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
for line in check.stderr:
    if "1 of 1" in line:
        check.send_signal(signal.SIGTERM)
        break
said, _ = check.communicate()
print(said)
sys.exit(check.returncode)
