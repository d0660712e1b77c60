"""What machine this is, and how much of it others took."""

import os
import pathlib
import platform
import re
import resource
import time


def fields(path):
    """The first `name: value` of each name in a file of /proc."""
    found = {}
    for line in pathlib.Path(path).read_text().splitlines():
        name, _, value = line.partition(":")
        found.setdefault(name.strip(), value.strip())
    return found


def describe():
    cpu, memory = fields("/proc/cpuinfo"), fields("/proc/meminfo")
    pages = pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text().strip()
    gigabytes = int(memory["MemTotal"].split()[0]) / 2**20
    return (
        f"{cpu['model name']} (family {cpu['cpu family']}, model {cpu['model']}), "
        f"{os.cpu_count()} threads, {gigabytes:.0f} GiB, huge pages {pages}, {platform.system()} {platform.release()}"
    )


def short_name():
    """A name for a file: amd-epyc-2."""
    name = re.sub(r"\((r|tm)\)|@.*|\b(cpu|processor)\b", " ", fields("/proc/cpuinfo")["model name"].lower())
    return "-".join(re.findall(r"[a-z0-9]+", name) + [str(os.cpu_count())])


def busy_and_total():
    """Seconds of all CPUs since the start of the machine; what the host took counts as busy."""
    ticks = [int(word) for word in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    hertz = os.sysconf("SC_CLK_TCK")
    return (sum(ticks) - ticks[3] - ticks[4]) / hertz, sum(ticks) / hertz


def own():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


class Watch:
    """The share of the machine that others took while it ran."""

    def __enter__(self):
        self.start = time.monotonic()
        self.before = (*busy_and_total(), own())
        return self

    def __exit__(self, *_):
        busy, total = busy_and_total()
        self.seconds = time.monotonic() - self.start
        self.others = max(0.0, (busy - self.before[0] - (own() - self.before[2])) / (total - self.before[1]))


def wait_until_quiet(seconds):
    """Waits at most so long for others to leave the machine alone."""
    end = time.monotonic() + seconds
    while True:
        with Watch() as watch:
            time.sleep(2)
        if watch.others < 0.05 or time.monotonic() > end:
            return
