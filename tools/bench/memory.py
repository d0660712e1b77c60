"""The memory that processes have together: what several share counts once."""

import pathlib
import threading
import time

KINDS = ("Pss", "Pss_Anon", "Pss_Shmem")


def descendants(process):
    found = [process]
    for task in pathlib.Path(f"/proc/{process}/task").glob("*"):
        for child in (task / "children").read_text().split():
            found += descendants(int(child))
    return found


def proportional(process):
    """{kind: bytes} of a process's share; nothing once it has gone."""
    sizes = {}
    for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, size, *_ = line.split()
        sizes[name.rstrip(":")] = int(size) * 1024
    return {kind: sizes[kind] for kind in KINDS}


class Peak:
    """Samples the processes, and those that they start, until they end. `total` and `own` (all but files, which are
    programs and libraries) are in bytes."""

    def __init__(self, processes, pause=0.02):
        self.processes, self.pause = processes, pause
        self.total = self.own = self.samples = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def watch(self):
        while not self.ended.is_set():
            total = own = 0
            try:
                for process in (one for root in self.processes for one in descendants(root)):
                    sizes = proportional(process)
                    total += sizes["Pss"]
                    own += sizes["Pss_Anon"] + sizes["Pss_Shmem"]
            except (FileNotFoundError, ProcessLookupError):
                continue  # one has ended meanwhile
            self.total, self.own, self.samples = max(self.total, total), max(self.own, own), self.samples + 1
            time.sleep(self.pause)

    def stop(self):
        self.ended.set()
        self.thread.join()
        return self
