"""Who may include what: the one table of the tree's layers, and the check that every include obeys it, of C++ and of ODS.

A layer is a folder, or the files that begin with a name. It may include itself, the layers named beside it, and all
that those may. The longest name that fits a file is its layer.
"""

import pathlib
import re
import sys

BELOW = {
    # what both halves know
    "runtime/Base": [],
    "runtime/Artifact": ["runtime/Base"],
    "runtime/Data/Catalog": ["runtime/Base"],
    "runtime/RangeTest": [],
    # the compiler
    "dialect/Plan": ["runtime/Artifact"],
    "dialect/Dsc": ["dialect/Plan"],
    "compiler/Recipe": ["dialect/Dsc"],
    "compiler/Target/Evaluator": [],
    "compiler/Transforms": ["compiler/Recipe", "compiler/Target/Evaluator", "runtime/Data/Catalog"],
    "compiler/Import": ["compiler/Transforms"],
    "compiler/Lowering": ["compiler/Transforms"],
    "compiler/Target": ["dialect/Plan"],
    "cuda/Codegen": ["compiler/Target"],
    "compiler/Artifact": ["compiler/Target"],
    "compiler/Driver": ["compiler/Lowering", "compiler/Artifact", "compiler/Import", "runtime/Report", "runtime/RangeTest"],
    "compiler/Driver/Launch": ["compiler/Driver"],
    "compiler/Driver/LrFind": ["compiler/Driver"],
    "compiler/Driver/Plot": ["compiler/Driver"],
    "compiler/Driver/Plan": ["compiler/Driver/Plot"],
    "compiler/Driver/CommandLine": ["compiler/Driver/Plan"],
    # the runtime
    "runtime/Device": ["runtime/Artifact"],
    "runtime/Collectives/Store": ["runtime/Base"],
    "runtime/Collectives": ["runtime/Collectives/Store"],
    "runtime/Collectives/SharedMemory": ["runtime/Collectives"],
    "runtime/Engine": ["runtime/Device"],
    "runtime/Data": ["runtime/Engine", "runtime/Data/Catalog"],
    "runtime/Monitor": ["runtime/Base"],
    "runtime/Train/Checkpoint": ["runtime/Artifact", "runtime/Monitor"],
    "runtime/Train/Exchange": ["runtime/Device", "runtime/Collectives"],
    "runtime/Train/Model": ["runtime/Engine", "runtime/Collectives", "runtime/Train/Checkpoint"],
    "runtime/Train/Step": ["runtime/Data", "runtime/Train/Exchange", "runtime/Train/Model"],
    "runtime/Train": ["runtime/Train/Step"],
    "runtime/Report": ["runtime/Base", "runtime/RangeTest"],
    "runtime/Launch/Rendezvous": ["runtime/Collectives"],
    "runtime/Launch/Ranks": ["runtime/Launch/Rendezvous", "runtime/Artifact"],
    "runtime/Launch/Commands": ["runtime/Launch/Ranks", "runtime/Train", "runtime/Report"],
    "runtime/Launch": ["runtime/Launch/Commands"],
    "cuda/Runtime": ["runtime/Device", "runtime/Collectives"],
    "cuda/Engine": ["runtime/Engine"],
    # the programs
    "tools/dsc-tblgen": ["dialect/Dsc"],  # whose tables it reads: the version of the language
    "tools/dsc": ["runtime/Base"],
    "tools/dsc-run": ["runtime/Launch"],
    "tools/dsc-opt": ["compiler/Lowering", "compiler/Artifact"],
    "tools/dsc-compile": ["compiler/Driver/CommandLine"],
    "tools/bench": ["runtime/Launch"],
    "tools/gpu": ["runtime/Engine", "cuda/Runtime"],
}

# Libraries of one layer only: elsewhere their headers are an error.
CONFINED = {
    r"(ATen|torch|c10)/": ["runtime/Engine/Torch", "runtime/Collectives/Gloo/", "cuda/Engine", "tools/bench/"],
    r"(mlir|llvm|llvm-c)/": ["dialect/", "compiler/", "cuda/Codegen/", "tools/dsc-tblgen/", "tools/dsc-opt/", "tools/dsc-compile/"],
    r"toml\+\+/": ["compiler/Recipe/"],
    r"(boost|google/protobuf)/": ["runtime/Monitor/"],
    r"httplib\.h": ["runtime/Collectives/Store/"],
}

INCLUDE = re.compile(r'^\s*#?\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
SUFFIXES = {".h", ".cpp", ".td"}


def layer_of(path):
    """The layer of a file's path, or None."""

    def holds(name):
        # `tools/dsc` is not `tools/dsc-run`, but `runtime/Data/Catalog` is its CatalogFiles.h.
        return path.startswith(name + "/") or (path.startswith(name) and "/" not in path[len(name) :] and name in PREFIXES)

    return max(filter(holds, BELOW), key=len, default=None)


PREFIXES = {"runtime/Data/Catalog", "compiler/Lowering", "compiler/Target/Evaluator"}


def allowed(layer, seen=None):
    """The layers that `layer` may include."""
    seen = set() if seen is None else seen
    if layer not in seen:
        seen.add(layer)
        for below in BELOW[layer]:
            allowed(below, seen)
    return seen


def check_file(name, text):
    """Yields what is wrong with the includes of the file `name`."""
    layer = layer_of(name)
    if layer is None:
        yield f"{name}: belongs to no layer; name its folder in test/Layering/layers.py"
        return
    may = allowed(layer)
    for quote, included in INCLUDE.findall(text):
        for pattern, homes in CONFINED.items():
            if re.match(pattern, included) and not any(name.startswith(home) for home in homes):
                yield f"{name}: includes <{included}>, which only {', '.join(homes)} may"
        target = layer_of(included) if quote == '"' else None
        if target is not None and target not in may:
            yield f"{name}: includes {included}: {layer} may not use {target}"


def main(root):
    root = pathlib.Path(root)
    files = [
        path
        for top in sorted({layer.split("/")[0] for layer in BELOW})
        for path in sorted((root / top).rglob("*"))
        if path.suffix in SUFFIXES
    ]
    faults = [
        fault
        for path in files
        for fault in check_file(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    ]
    print("\n".join(faults + [f"{len(files)} files, {len(faults)} faults"]))
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
