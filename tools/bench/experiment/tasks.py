"""The tasks: their data split into training and test files, and one training run with what came of it."""

import hashlib
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
HERE = pathlib.Path(__file__).resolve().parent
SCRATCH = ROOT / "build/experiment"
EVALUATIONS = 32  # of a run of the constant schedule, which may stop at any of them


def in_test(line):
    """A fifth of the lines, by content, so that the split hangs on nothing else."""
    return hashlib.sha256(line.encode()).digest()[0] < 52


class Task:
    """A recipe of this folder with its data. `steps` is the longest budget."""

    def __init__(self, name, steps, peak, data, suffix):
        self.name, self.steps, self.peak = name, steps, peak
        self.recipe = HERE / f"{name}.toml"
        self.folder = SCRATCH / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.split(data, suffix)
        # What was measured by another program, or of another task, does not count.
        parts = [self.recipe.read_bytes(), (self.folder / f"train{suffix}").read_bytes()]
        parts += [(ROOT / "build/bin" / program).read_bytes() for program in ("dsc-compile", "dsc-run")]
        self.identity = hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]

    def split(self, data, suffix):
        lines = pathlib.Path(data).read_text().splitlines(keepends=True)
        for part, keep in (("train", False), ("test", True)):
            (self.folder / f"{part}{suffix}").write_text("".join(line for line in lines if in_test(line) == keep))

    def run(self, schedule, budget, peak, seed):
        """{validation: [[steps, loss], ...], test: loss, accuracy}, from what was kept if it ran before."""
        overlay = schedule.read_text() if schedule else ""
        key = json.dumps([self.identity, overlay, budget, peak, seed])
        kept = self.folder / "runs" / (hashlib.sha256(key.encode()).hexdigest()[:24] + ".json")
        if kept.exists():
            return json.loads(kept.read_text())
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            result = self.train(schedule, budget, peak, seed, pathlib.Path(scratch))
        kept.parent.mkdir(exist_ok=True)
        partial = kept.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(result))
        partial.rename(kept)
        return result

    def train(self, schedule, budget, peak, seed, scratch):
        # Only the constant schedule is looked at before its end.
        every = max(1, budget // EVALUATIONS) if schedule is None else budget
        recipe = [self.recipe, *([schedule] if schedule else [])]
        settings = {
            "train.length": f"{budget} steps", "train.seed": seed, "schedule.peak": repr(peak),
            "eval.validation.every": f"{every} steps", "eval.test.every": f"{every} steps",
        }
        sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        self.call("dsc-compile", "compile", *recipe, *sets, "-o", scratch / "binary", "--target", "cpu", "--quiet")
        code = self.call("dsc-run", "run", scratch / "binary", "--run-dir", scratch / "run", "--quiet", may_diverge=True)
        if code:  # diverged: worse than anything
            return {"validation": [[budget, math.inf]], "test": [[budget, math.inf]], "accuracy": None}
        curves = {"validation": [], "test": []}
        for line in (scratch / "run/events.jsonl").read_text().splitlines():
            event = json.loads(line)
            if event["event"] == "eval":
                curves[event["name"]].append([event["step"], event["loss"]])
        return {**curves, "accuracy": self.accuracy(scratch / "run/checkpoints/last/model.safetensors")}

    def call(self, program, *words, may_diverge=False):
        done = subprocess.run(
            [str(word) for word in (ROOT / "build/bin" / program, *words)], cwd=self.folder, text=True,
            capture_output=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        if done.returncode and not (may_diverge and done.returncode == 6):
            raise SystemExit(f"{program} {' '.join(map(str, words))} failed:\n{done.stdout}{done.stderr}")
        return done.returncode

    def accuracy(self, model):
        """Share of the test rows that the trained classifier gets right; None for a language model."""
        if self.name != "digits":
            return None
        layers = read_classifier(model)
        rows = [[float(cell) for cell in line.split(",")] for line in (self.folder / "test.csv").read_text().splitlines()]
        return sum(classify(layers, row[:-1]) == row[-1] for row in rows) / len(rows)


def read_classifier(path):
    """[(weight rows, bias), ...] of an mlp's safetensors file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])

    def tensor(name):
        begin, end = header[name]["data_offsets"]
        return struct.unpack(f"<{(end - begin) // 4}f", data[8 + size + begin : 8 + size + end])

    layers = []
    while f"layers.{len(layers)}.weight" in header:
        name = f"layers.{len(layers)}"
        rows, columns = header[f"{name}.weight"]["shape"]
        flat = tensor(f"{name}.weight")
        layers.append(([flat[row * columns : (row + 1) * columns] for row in range(rows)], tensor(f"{name}.bias")))
    return layers


def classify(layers, row):
    for index, (weight, bias) in enumerate(layers):
        if index:
            row = [max(0.0, x) for x in row]
        row = [sum(w * x for w, x in zip(line, row)) + b for line, b in zip(weight, bias)]
    return row.index(max(row))


def make_tasks(names, quick):
    known = {
        "digits": lambda: Task("digits", 200 if quick else 3200, 0.01, ROOT / "data/digits.csv", ".csv"),
        "words": lambda: Task("words", 64 if quick else 512, 4e-3, "/usr/share/dict/web2", ".txt"),
    }
    for name in names:
        if name not in known:
            raise SystemExit(f"schedules: error: no task '{name}', expected one of {', '.join(known)}")
    return [known[name]() for name in names]


def clean():
    """Leaves nothing of runs that were broken off."""
    for folder in SCRATCH.glob("*/tmp*"):
        shutil.rmtree(folder, ignore_errors=True)
