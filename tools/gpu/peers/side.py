"""Our update in a process of PyTorch's: the C interface of libDscGpuSide.so."""

import ctypes

import torch

REDUCE, FINISH, MAP = 1, 2, 4
MESSAGE_BYTES = 4096


class Memory:
    """Memory of the device, for torch.as_tensor."""

    def __init__(self, address, count, kind):
        self.__cuda_array_interface__ = {
            "shape": (count,), "typestr": kind, "data": (address, False), "version": 3, "strides": None}


class Side:
    def __init__(self, library, binary):
        self.library = ctypes.CDLL(str(library))
        self.library.dscSideBytes.restype = ctypes.c_double
        self.library.dscSideParameters.restype = ctypes.c_int64
        self.library.dscSideUniform.restype = ctypes.c_int
        self.handle = ctypes.c_void_p()
        self.call("dscSideOpen", str(binary).encode(), ctypes.byref(self.handle))

    def call(self, name, *arguments):
        message = ctypes.create_string_buffer(MESSAGE_BYTES)
        if getattr(self.library, name)(*arguments, message, MESSAGE_BYTES):
            raise RuntimeError(message.value.decode())

    def buffer(self, name, kind="<f4"):
        """A tensor over the buffer; two bytes are read as bf16."""
        address, count = ctypes.c_uint64(), ctypes.c_int64()
        self.call("dscSideBuffer", self.handle, name.encode(), ctypes.byref(address), ctypes.byref(count))
        tensor = torch.as_tensor(Memory(address.value, count.value, kind), device="cuda")
        return tensor.view(torch.bfloat16) if kind == "<i2" else tensor

    def uniform(self, name):
        return self.library.dscSideUniform(self.handle, name.encode())

    def launch(self, kinds):
        """Enqueues on PyTorch's current stream."""
        stream = ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)
        self.call("dscSideLaunch", self.handle, stream, ctypes.c_uint(kinds))

    def bytes(self):
        return self.library.dscSideBytes(self.handle)

    def parameters(self):
        """(offset, elements) of each parameter in the arenas."""
        room = self.library.dscSideParameters(self.handle, None, None, ctypes.c_int64(0))
        offsets, sizes = (ctypes.c_int64 * room)(), (ctypes.c_int64 * room)()
        self.library.dscSideParameters(self.handle, offsets, sizes, ctypes.c_int64(room))
        return list(zip(offsets, sizes))
