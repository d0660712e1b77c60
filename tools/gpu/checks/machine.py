"""What is there: the bundle, the GPU, LibTorch, and the machine's description."""

import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

# Asks a Python for its PyTorch.
ASK_TORCH = (
    "import json, os, torch; print(json.dumps({'version': torch.__version__, 'cuda': torch.version.cuda or '',"
    " 'folder': os.path.dirname(os.path.dirname(torch.__file__))}))"
)
SERIES = "2.11."

# Seconds after which what opens LibTorch for the first time, from a cold disk perhaps, is given up.
SLOW = 300

# A file in a part's folder.
FOUND = "machine.json"


class Usage(Exception):
    """A request that cannot be carried out: exit code 2."""


def find_bundle(given, own):
    """`given`, else the folder of the check itself, else the one that tools/gpu/bundle makes."""
    places = [pathlib.Path(given)] if given else [own, own.parent.parent / "build/gpu-bundle"]
    for place in places:
        if (place / "bundle.json").is_file():
            return place.resolve()
    raise Usage(f"'{places[-1]}' is no bundle; tools/gpu/bundle makes one")


class Torch:
    """A LibTorch, and a Python that has it; `reason` says why there is none that fits."""

    def __init__(self, folder="", version="", cuda="", python="", reason=""):
        self.folder, self.version, self.cuda, self.python, self.reason = folder, version, cuda, python, reason

    def describe(self):
        return f"LibTorch {self.version} in {self.folder}" if self.folder else self.reason


def version_of(folder):
    """PyTorch's version by its own file, without starting a Python."""
    for line in (folder / "torch/version.py").read_text().splitlines():
        if line.startswith("__version__"):
            return line.split("'")[1] if "'" in line else line.split('"')[1]
    return ""


def ask_torch(python):
    try:
        done = subprocess.run([python, "-c", ASK_TORCH], text=True, capture_output=True, timeout=SLOW)
        return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return None


def find_torch(variables):
    """The folder in $DSC_TORCH (with torch/lib in it), else the PyTorch of python3, else of this Python."""
    given = variables.get("DSC_TORCH")
    pythons = dict.fromkeys(filter(None, (shutil.which("python3"), sys.executable)))
    if given:
        folder = pathlib.Path(given).resolve()
        if not (folder / "torch/lib").is_dir() or not (folder / "torch/version.py").is_file():
            return Torch(reason=f"DSC_TORCH is '{given}', which has no torch/lib")
        python = next((python for python in pythons if (ask_torch(python) or {}).get("folder") == str(folder)), "")
        return checked(Torch(str(folder), version_of(folder), python=python))
    for python in pythons:
        if answer := ask_torch(python):
            return checked(Torch(answer["folder"], answer["version"], answer["cuda"], python))
    return Torch(reason="python3 has no torch; DSC_TORCH names a folder with torch/lib")


def checked(torch):
    if not torch.version.startswith(SERIES):
        return Torch(reason=f"found PyTorch {torch.version}, expected {SERIES}x: the engine is built for it")
    return torch


class Machine:
    """Where programs of the bundle run."""

    def __init__(self, bundle, scratch, quick=False, compiles=True):
        self.bundle, self.scratch, self.quick, self.compiles = bundle, scratch, quick, compiles and not quick
        self.torch = Torch()
        self.doctor = ""
        self.gpu = ""  # its name, "" where there is none
        self.no_gpu = ""  # why

    def environment(self, **extra):
        """That of a program of the bundle: the libraries it finds are those of the LibTorch that was found."""
        variables = dict(os.environ)
        folders = [variables.get("LD_LIBRARY_PATH", "")]
        if self.torch.folder:
            base = pathlib.Path(self.torch.folder)
            folders += [str(base / "torch/lib"), *map(str, sorted((base / "nvidia").glob("*/lib")))]
        variables["LD_LIBRARY_PATH"] = ":".join(filter(None, folders))
        variables["DSC_HOME"] = str(self.bundle)
        variables.update(extra)
        return variables

    def hand_on(self, folder):
        """What was found, for the process of a part: to ask again takes seconds."""
        found = {"torch": vars(self.torch), "doctor": self.doctor, "gpu": self.gpu, "no_gpu": self.no_gpu}
        (folder / FOUND).write_text(json.dumps(found))

    def take_over(self):
        found = json.loads((self.scratch / FOUND).read_text())
        self.torch = Torch(**found["torch"])
        self.doctor, self.gpu, self.no_gpu = found["doctor"], found["gpu"], found["no_gpu"]

    def survey(self):
        """Looks for a LibTorch and starts the launcher; a message where it does not start."""
        self.torch = find_torch(os.environ)
        try:
            done = self.call(["bin/dsc-run", "doctor"], timeout=SLOW)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if done.returncode != 0:
            return (done.stderr or f"exit code {done.returncode}").strip().splitlines()[-1]
        self.doctor = done.stdout
        text = self.found("devices", "cuda")
        if "(sm_" in text:
            self.gpu = text
        else:
            self.no_gpu = text or "this dsc has no backend for GPUs"
        return ""

    def found(self, section, label):
        """What `dsc doctor` says of something."""
        inside = False
        for line in self.doctor.splitlines():
            if not line.startswith(" "):
                inside = line == section
            elif inside and line.split()[0] == label:
                return line.strip().removeprefix(label).strip()
        return ""

    def call(self, words, timeout=None, **extra):
        """Runs a program of the bundle in the scratch folder. What a model writes need not be text."""
        command = [str(self.bundle / words[0]), *map(str, words[1:])]
        return subprocess.run(
            command, cwd=self.scratch, env=self.environment(**extra), encoding="utf-8", errors="backslashreplace",
            capture_output=True, timeout=timeout)

    def script(self, name, *words, timeout=None, **extra):
        """Runs a Python program of the checks, with this Python."""
        command = [sys.executable, str(self.bundle / "checks" / name), *map(str, words)]
        return subprocess.run(
            command, cwd=self.scratch, env=self.environment(**extra), text=True, capture_output=True, timeout=timeout)

    def recipe(self, name):
        return self.bundle / "recipes" / name

    def plan(self, name):
        return json.loads((self.bundle / "plans" / f"{name}.json").read_text())

    def describe(self):
        """(title, text) for each thing that a reader of the figures asks."""
        made = json.loads((self.bundle / "bundle.json").read_text())
        rows = [
            ("GPU", self.gpu or f"none: {self.no_gpu}"),
            ("driver", self.driver()),
            ("LibTorch", self.torch.describe()),
            ("system", f"{platform.system()} {platform.release()}, {distribution()}, glibc {platform.libc_ver()[1]}"),
        ]
        rows += [(label, self.found("machine", label)) for label in ("cpu", "memory")]
        return rows + [("dsc", f"{self.doctor.splitlines()[0] if self.doctor else 'does not start'}, of {made['commit']}")]

    def driver(self):
        asked = "driver_version,memory.total,clocks.sm,clocks.mem,clocks.max.sm,power.limit"
        try:
            done = subprocess.run(
                ["nvidia-smi", f"--query-gpu={asked}", "--format=csv,noheader", "--id=0"],
                text=True, capture_output=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            return "nvidia-smi is not here"
        names = ("version", "memory", "SM clock now", "memory clock now", "highest SM clock", "power limit")
        values = [word.strip() for word in done.stdout.strip().split(",")]
        return ", ".join(f"{name} {value}" for name, value in zip(names, values)) if done.returncode == 0 else done.stdout.strip()


def distribution():
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return "an unknown distribution"
