"""safetensors_file: reads a safetensors file with nothing but the standard library."""
import json
import struct

CODES = {"F32": "f", "I64": "q"}


def read(path):
    """{name: (shape, tuple of numbers)}; ends with an AssertionError when the file is not laid out as the format says."""
    with open(path, "rb") as file:
        data = file.read()
    size = struct.unpack("<Q", data[:8])[0]
    header, body = json.loads(data[8 : 8 + size]), data[8 + size :]
    header.pop("__metadata__", None)
    tensors, reached = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        assert begin == reached, f"{path}: a hole before {name}"
        code = CODES[entry["dtype"]]
        count = (end - begin) // struct.calcsize(code)
        expected = 1
        for extent in entry["shape"]:
            expected *= extent
        assert count == expected, f"{path}: {name} has {count} elements, its shape says {expected}"
        tensors[name] = (entry["shape"], struct.unpack(f"<{count}{code}", body[begin:end]))
        reached = end
    assert reached == len(body), f"{path}: bytes behind the last tensor"
    return tensors
