# The text tests: every .mlir, .toml and .test file below test/ whose RUN lines are shell commands. Files that tests
# only read stand in folders named Inputs.
#
# Programs of build/bin and LLVM's (FileCheck, not, split-file) are found by name. A test that writes files does so
# below %t. Features: `torch` (LibTorch's engine is built), `gloo` (so is the library that binds its Gloo), `long`
# (tools/check --long), `qemu-aarch64`, `web2` (the word list of Debian's miscfiles), `jsonschema` (Python's), `digits`
# (data/digits.csv), `cuda` (the backend is built), `ptxas` (so is what makes its machine code), `mounts` (whoever runs the
# tests may mount what nobody else sees).
import importlib.util
import os
import shutil
import subprocess

import lit.formats

config.name = "dsc"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".mlir", ".toml", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.join(config.dsc_source_root, "test")
config.test_exec_root = os.path.join(config.dsc_build_root, "test")

programs = os.path.join(config.dsc_build_root, "bin")
config.environment["PATH"] = os.pathsep.join(
    [programs, config.llvm_tools, os.environ.get("PATH", "")]
)
# What a message looks like must not depend on who runs the tests.
config.environment["NO_COLOR"] = "1"
config.environment["LC_ALL"] = "C.UTF-8"

config.substitutions.append(("%source", config.dsc_source_root))
config.substitutions.append(("%build", config.dsc_build_root))
config.substitutions.append(("%pipelines", os.path.join(config.dsc_source_root, "pipelines")))
config.substitutions.append(("%python", "python3"))
# `%dsc-opt` before `%dsc`: substitutions are made in this order.
for program in ("dsc-opt", "dsc-compile", "dsc-run", "dsc"):
    config.substitutions.append((f"%{program}", os.path.join(programs, program)))

features = {
    "torch": os.path.exists(os.path.join(programs, "libDscTorchEngine.so")),
    "gloo": os.path.exists(os.path.join(programs, "libDscGloo.so")),
    "long": bool(lit_config.params.get("long")),
    "qemu-aarch64": shutil.which("qemu-aarch64") is not None,
    "web2": os.path.exists("/usr/share/dict/web2"),
    "jsonschema": importlib.util.find_spec("jsonschema") is not None,
    "cuda": "cuda" in config.dsc_backends,
    "ptxas": "cuda" in config.dsc_backends and os.path.exists(config.dsc_ptxas),
    "digits": os.path.exists(os.path.join(config.dsc_source_root, "data/digits.csv")),
}
mounting = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
features["mounts"] = shutil.which("unshare") and subprocess.run(mounting, capture_output=True).returncode == 0
config.available_features.update(name for name, present in features.items() if present)
