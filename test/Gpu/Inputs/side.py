"""side.py PEERS LIBRARY BINARY: calls of libDscGpuSide.so as the peers make them, with the driver's own copies."""
import ctypes
import struct
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from side import FINISH, MAP, Side  # noqa: E402

side = Side(sys.argv[2], sys.argv[3])
driver = ctypes.CDLL("libcuda.so.1")
stream = ctypes.c_void_p()
assert driver.cuStreamCreate(ctypes.byref(stream), 1) == 0


def read(buffer, bytes_of):
    address, count = side.buffer(buffer)
    memory = ctypes.create_string_buffer(count * bytes_of)
    assert driver.cuStreamSynchronize(stream) == 0
    assert driver.cuMemcpyDtoH_v2(memory, ctypes.c_uint64(address), ctypes.c_size_t(count * bytes_of)) == 0
    return memory.raw


print(len(side.parameters()), "parameters")
print(f"{side.bytes() / side.buffer('param')[1]:g} bytes an element")

address, _ = side.buffer("counters")
driver.cuMemcpyHtoD_v2(ctypes.c_uint64(address), struct.pack("q", 7), ctypes.c_size_t(8))
address, count = side.buffer("exp_avg")
driver.cuMemcpyHtoD_v2(ctypes.c_uint64(address), struct.pack("f", 1.0) * count, ctypes.c_size_t(count * 4))
before = read("exp_avg", 4)
side.launch(FINISH, stream.value)
same = read("exp_avg", 4) == before
lr = struct.unpack_from("d", read("uniforms", 8), 8 * side.uniform("lr"))[0]
side.launch(MAP, stream.value)
changed = read("exp_avg", 4) != before
# The sixth of the ten points on the way from 0.01 / 5 to 0.01.
print("lr at step 7, and nothing else changed before the map:", same and changed and 0 < lr <= 0.01)
try:
    side.buffer("exp_avgs")
except RuntimeError as error:
    print("RuntimeError:", error)
