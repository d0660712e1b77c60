"""The measurements of one process against its peers."""

import json
import math
import statistics

from programs import EARLY, RECIPE, Programs, largest_difference, step_seconds
from sides import PEERS, ROOT, Side, output, seconds, seconds_to_line, turns

# A heap that returns nothing to the kernel: temporaries fault no page in twice.
KEEP = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(16 << 30)}

# row: (our side, the peer's side, the peer's environment)
ADAMW = {
    "loop": ("ours", "loop", {}),
    "loop_kept": ("ours", "loop", KEEP),
    "fused": ("ours", "fused", {}),
    "fused_shared": ("ours", "fused_shared", {}),
    "load_store": ("ours", "load_store", {}),
    "load_store_ahead": ("ours", "load_store_ahead", {}),
    "norm_loop": ("ours_norm", "loop_norm", {}),
}


class Bench(Programs):
    def adamw(self, rounds):
        program = self.build / "bin/bench-adamw"
        binary = self.compile(ROOT / "tools/bench/gpt2-124m.toml", "gpt2-124m")
        threads = {"OMP_NUM_THREADS": "2"}
        facts = json.loads(output([program, binary, "agree"], **threads))

        def contest(ours, peer, variables):
            command = [program, binary, "turns"]
            with Side([*command, ours], threads) as our_side, Side([*command, peer], threads | variables) as peer_side:
                return turns(rounds, our_side, peer_side)

        return facts, {row: contest(*sides) for row, sides in ADAMW.items()}

    def compile_time(self, rounds):
        command = [self.dsc, "compile", RECIPE, "--target", "cpu", "-o", self.scratch / "warm"]
        seconds(command)
        return statistics.median(seconds(command) for _ in range(rounds))

    def first_step(self, rounds):
        binary = self.compile(RECIPE, "first", "eval.words.at_start=false")
        text = "/usr/share/dict/web2"

        def ours():
            command = [self.dsc, "run", binary, "--steps", 1, "--run-dir", self.run_directory()]
            return seconds_to_line(command, "step 1/")

        def peer():
            return seconds_to_line([self.python, PEERS / "first_step.py", text], "step 1 ")

        ours(), peer()
        return turns(rounds, ours, peer)

    def losses(self, steps):
        """Of the loss curves: the largest difference of ours from PyTorch's over the first steps; how far ours, and
        PyTorch's, is from the same training in float64 over all (root mean square); our last loss."""
        ours, peer, exact = self.train(steps)[0], self.train_peer(steps, 1)[0], self.train_peer(steps, 1, "--double")[0]
        if not len(ours) == len(peer) == len(exact) == steps:
            raise SystemExit(f"found losses of {len(ours)}, {len(peer)} and {len(exact)} steps, expected {steps}")

        def distance(a):
            return math.sqrt(statistics.mean((x - y) ** 2 for x, y in zip(a, exact)))

        return largest_difference(ours[:EARLY], peer), distance(ours), distance(peer), ours[-1]

    def training_rates(self, rounds, steps):
        """Seconds of a step, against PyTorch on one thread and on two."""
        return {
            threads: turns(
                rounds,
                lambda: step_seconds(self.train(steps)[1]),
                lambda: step_seconds(self.train_peer(steps, threads)[1]),
            )
            for threads in (1, 2)
        }
