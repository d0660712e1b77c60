"""Our update in a process of PyTorch's: the C interface of libDscGpuSide.so."""

import ctypes

REDUCE, FINISH, MAP = 1, 2, 4
MESSAGE_BYTES = 4096


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

    def buffer(self, name):
        """Its address on the device, and its elements."""
        address, count = ctypes.c_uint64(), ctypes.c_int64()
        self.call("dscSideBuffer", self.handle, name.encode(), ctypes.byref(address), ctypes.byref(count))
        return address.value, count.value

    def uniform(self, name):
        return self.library.dscSideUniform(self.handle, name.encode())

    def launch(self, kinds, stream):
        """Enqueues those kernels of an update on a stream, a handle of the driver's."""
        self.call("dscSideLaunch", self.handle, ctypes.c_void_p(stream), ctypes.c_uint(kinds))

    def bytes(self):
        return self.library.dscSideBytes(self.handle)

    def parameters(self):
        """(offset, elements) of each parameter in the arenas."""
        room = self.library.dscSideParameters(self.handle, None, None, ctypes.c_int64(0))
        offsets, sizes = (ctypes.c_int64 * room)(), (ctypes.c_int64 * room)()
        self.library.dscSideParameters(self.handle, offsets, sizes, ctypes.c_int64(room))
        return list(zip(offsets, sizes))
