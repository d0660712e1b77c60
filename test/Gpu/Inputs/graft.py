"""graft.py BINARY OTHER OUT: BINARY with the device's code of OTHER, whose kernels have the same names.

The payload is an ELF file; only the section with the code for devices is replaced, and the trailer's sizes and hash.
"""
import hashlib
import pathlib
import struct
import subprocess
import sys

TRAILER = struct.Struct("<8sQQII")


def parts(path):
    bytes_of = pathlib.Path(path).read_bytes()
    magic, offset, size, form, zero = TRAILER.unpack(bytes_of[-64:-32])
    return bytes_of[:offset], bytes_of[offset : offset + size], (magic, form, zero)


launcher, payload, (magic, form, zero) = parts(sys.argv[1])
_, other, _ = parts(sys.argv[2])
pathlib.Path("payload").write_bytes(payload)
pathlib.Path("other").write_bytes(other)
section = ".dsc.images"
subprocess.run(["llvm-objcopy", f"--dump-section={section}=images", "other"], check=True)
subprocess.run(["llvm-objcopy", f"--update-section={section}=images", "payload"], check=True)
payload = pathlib.Path("payload").read_bytes()
whole = launcher + payload + TRAILER.pack(magic, len(launcher), len(payload), form, zero)
pathlib.Path(sys.argv[3]).write_bytes(whole + hashlib.sha256(whole).digest())
