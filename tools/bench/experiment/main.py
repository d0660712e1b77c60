"""Constant learning rates against schedules: the experiment of tools/bench/schedules."""

import argparse
import concurrent.futures
import datetime
import os
import pathlib
import subprocess

import page
from tasks import HERE, ROOT, clean, make_tasks
from tuning import Contest

BUDGETS = 6  # halvings of the longest: 1/32 ... 1


class Runs:
    """Runs of one contest in parallel, as many at once as there are jobs."""

    def __init__(self, jobs):
        self.jobs = jobs

    def map(self, work, items):
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(work, items))


def parse():
    parser = argparse.ArgumentParser(prog="tools/bench/schedules", description=__doc__)
    parser.add_argument("--data", default="digits,words", help="tasks, separated by commas [digits,words]")
    parser.add_argument("--schedules", default="", help="names of tools/bench/experiment/schedules [all]")
    parser.add_argument("--quick", action="store_true", help="short budgets and no page")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at once [one a core]")
    return parser.parse_args()


def list_schedules(names):
    known = {path.stem: path for path in sorted((HERE / "schedules").glob("*.toml"))}
    chosen = names.split(",") if names else list(known)
    for name in chosen:
        if name not in known:
            raise SystemExit(f"schedules: error: no schedule '{name}', expected one of {', '.join(known)}")
    return {"constant": None, **{name: known[name] for name in chosen}}


def report(task, schedule, budget):
    now = datetime.datetime.now().strftime("%H:%M:%S")
    print(f"{now} {task.name}: {schedule.stem if schedule else 'constant'}, {budget} steps", flush=True)


def main():
    options = parse()
    schedules = list_schedules(options.schedules)
    clean()
    results = []
    for task in make_tasks(options.data.split(","), options.quick):
        count = 3 if options.quick else BUDGETS
        budgets = [task.steps >> halvings for halvings in reversed(range(count))]
        runs = Runs(options.jobs)
        measured = {name: Contest(task, path, budgets, runs, report).run() for name, path in schedules.items()}
        results.append((task, budgets, measured))
        print(page.task_tables(task, budgets, measured), flush=True)
    if options.quick:
        return
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True, capture_output=True).stdout.strip()
    path = ROOT / "docs/results/schedules.md"
    path.write_text(page.whole(results, commit))
    print(f"written: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
