"""terminal_run.py COLUMNS COMMAND...: runs it on a terminal of that width and prints what stands there in the end, a row a line.

Fails when a row holds what was written over without being cleared: it is longer than what a terminal shows of it.
"""
import fcntl
import os
import pty
import struct
import sys
import termios

columns = int(sys.argv[1])
process, terminal = pty.fork()
if process == 0:
    fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[2], sys.argv[2:])
written = b""
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    written += piece
os.waitpid(process, 0)

rows, row, column = [""], 0, 0
text = written.decode()
while text:
    if text.startswith("\033[K"):
        rows[row], text = rows[row][:column], text[3:]
        continue
    letter, text = text[0], text[1:]
    if letter == "\r":
        column = 0
    elif letter == "\n" or column == columns:
        rows.append("")
        row, column = row + 1, 0
    if letter not in "\r\n":
        rows[row] = rows[row][:column] + letter + rows[row][column + 1 :]
        column += 1
print("\n".join(rows))
