"""damage.py BINARY COUNT COMMAND...: COMMAND must refuse a binary that is damaged anywhere in what the compiler added.

COUNT random bytes are changed, one at a time, and the file is cut at COUNT / 4 random places.
"""
import random
import subprocess
import sys

binary, count, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
with open(binary, "rb") as file:
    whole = file.read()
with open(command[0] + "-run", "rb") as file:
    launcher = len(file.read())
draw = random.Random(7)


def refused(data, what):
    with open("damaged", "wb") as file:
        file.write(data)
    done = subprocess.run([*command, "damaged"], capture_output=True, text=True)
    assert done.returncode == 3, f"{what}: exit status {done.returncode}\n{done.stderr}"
    assert "error: 'damaged'" in done.stderr, f"{what}: {done.stderr}"
    assert not done.stdout, f"{what}: something was shown"


assert whole[:4] == b"\x7fELF" and launcher < len(whole)
for _ in range(count):
    place, bit = draw.randrange(launcher, len(whole)), 1 << draw.randrange(8)
    refused(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :], f"bit {bit} at {place}")
for _ in range(count // 4):
    place = draw.randrange(len(whole))
    refused(whole[:place], f"cut at {place}")
refused(whole + b"\0", "a byte more")
