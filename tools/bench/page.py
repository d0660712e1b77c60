"""What pages of figures share: options, a quiet machine, tables, where and how it was measured."""

import argparse
import datetime
import json
import pathlib
import subprocess
import tempfile

import machine
from sides import ROOT, output

HEADER = """# {title}: {machine_name}

To repeat them: `tools/bench/setup && {command}` (about {length} on a machine that does nothing else).

- date: {date}
- machine: {machine}
- versions: {versions}
- taken by others while it measured: {others}

"""


def row(*cells):
    """The last cell says whether the limit is met; None where there is none."""
    *texts, met = cells
    return [*texts, {True: "yes", False: "**no**", None: ""}[met]]


def milliseconds(value):
    return f"{value * 1e3:.1f} ms" if value >= 0.01 else f"{value * 1e3:.3f} ms"


def versus(name, figures, limit=None):
    ours, peer, ratio = figures
    return row(
        name, milliseconds(ours), milliseconds(peer), f"{ratio:.2f}×",
        f"≥ {limit:.1f}×" if limit else "", ratio >= limit if limit else None,
    )


def table(titles, rows):
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def parse(command, more_options):
    parser = argparse.ArgumentParser(prog=command, description="the figures, as tables here and as a page in docs/results")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--python", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="few and short turns, and no page")
    parser.add_argument("--wait", type=float, default=60, metavar="SECONDS", help="for a quiet machine, before each part")
    for name, what in more_options.items():
        parser.add_argument(name, action="store_true", help=what)
    return parser.parse_args()


class Page:
    """`with Page(...) as page`: measures part by part, then writes docs/results/<kind>-<machine>.md."""

    def __init__(self, command, kind, title, length, more_options={}):
        self.command, self.kind, self.title, self.length = command, kind, title, length
        self.options = parse(command, more_options)
        self.quick = self.options.quick
        self.others, self.tables = [], []

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="dsc-bench-")
        return self

    def __exit__(self, *_):
        self.scratch.cleanup()

    def programs(self, kind):
        self.bench = kind(self.options.build, self.options.python, pathlib.Path(self.scratch.name))
        return self.bench

    def part(self, name, measure, *arguments):
        machine.wait_until_quiet(self.options.wait)
        print(f"measuring: {name}", flush=True)
        with machine.Watch() as watch:
            result = measure(*arguments)
        self.others.append(f"{name} {watch.others:.0%}")
        print(f"  took {watch.seconds:.0f} s; others took {watch.others:.0%} of the machine", flush=True)
        return result

    def versions(self):
        program = "import json, platform, torch; print(json.dumps([platform.python_version(), torch.__version__]))"
        python, torch = json.loads(output([self.options.python, "-c", program]))
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True, capture_output=True).stdout
        dsc = output([self.bench.dsc, "--version"]).strip()
        return f"{dsc} (commit {commit.strip()}), PyTorch and LibTorch {torch}, Python {python}"

    def add(self, text):
        """What has been measured so far is shown at once."""
        print(text, end="", flush=True)
        self.tables.append(text)

    def write(self, method, *more_versions):
        others = ", ".join(self.others)
        print(f"taken by others: {others}")
        if self.quick:
            return
        name = machine.short_name()
        header = HEADER.format(
            title=self.title, machine_name=name, command=self.command, length=self.length,
            date=datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            machine=machine.describe(), versions=", ".join([self.versions(), *more_versions]), others=others,
        )
        path = ROOT / f"docs/results/{self.kind}-{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(header + "\n".join(self.tables) + method)
        print(f"written: {path.relative_to(ROOT)}")
