"""update.py BUNDLE BINARY f32|mixed|step|schedule [--quick] [--compiles]: our update and the peers' in turns, in one process.

Prints a JSON object a line as soon as it is known: times in seconds, medians of CUDA events around one update each.
"""

import argparse
import json
import os
import statistics
import time

# Before JAX is imported: it would take most of the device's memory.
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

import torch
from side import FINISH, MAP, REDUCE, Side

BETAS, EPSILON, WEIGHT_DECAY, CLIP = (0.9, 0.95), 1e-8, 0.1, 1.0
STEP = 60  # an update like any other
TURNS, QUICK_TURNS = 40, 5
# Finish kernels in a graph, so that starting it does not count.
CAPTURED = 200


def say(**answer):
    print(json.dumps(answer), flush=True)


def timed(work):
    """Seconds of the device for one call."""
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    begin.record()
    work()
    end.record()
    end.synchronize()
    return begin.elapsed_time(end) / 1e3


def in_turns(sides, turns):
    """The median seconds of each side. The call before one that counts warms its code and memory up; what a side does by
    its `prepare` is not of its time."""
    times = [[] for _ in sides]
    for turn in range(turns + 2):
        for side, found in zip(sides, times):
            side()
            getattr(side, "prepare", torch.cuda.synchronize)()
            seconds = timed(side)
            if turn >= 2:
                found.append(seconds)
    return [statistics.median(found) for found in times]


class Memory:
    """Memory of the device, for torch.as_tensor."""

    def __init__(self, address, count, kind):
        self.__cuda_array_interface__ = {
            "shape": (count,), "typestr": kind, "data": (address, False), "version": 3, "strides": None}


class Ours:
    def __init__(self, options):
        self.side = Side(f"{options.bundle}/lib/libDscGpuSide.so", options.binary)
        self.param, self.grad = self.tensor("param"), self.tensor("grad")
        self.slots = [self.tensor("exp_avg"), self.tensor("exp_avg_sq")]
        self.uniforms = self.tensor("uniforms", "<f8")
        self.counters = self.tensor("counters", "<i8")
        self.parameters = self.side.parameters()
        generator = torch.Generator("cuda").manual_seed(1)
        self.param.normal_(0, 0.02, generator=generator)
        self.grad.normal_(0, 1e-3, generator=generator)
        self.counters.fill_(STEP)

    def tensor(self, buffer, kind="<f4"):
        return torch.as_tensor(Memory(*self.side.buffer(buffer), kind), device="cuda")

    def launch(self, kinds):
        """On PyTorch's current stream."""
        self.side.launch(kinds, torch.cuda.current_stream().cuda_stream)

    def rate(self, step):
        """The learning rate of a step, by the finish kernel."""
        self.counters.fill_(step)
        self.launch(FINISH)
        return float(self.uniforms[self.side.uniform("lr")])

    def cut(self, arena):
        """Copies of each parameter's part of an arena."""
        return [arena[offset : offset + size].clone() for offset, size in self.parameters]

    def update(self):
        self.launch(FINISH | MAP)

    def step(self):
        self.launch(REDUCE | FINISH | MAP)


class Peer:
    """PyTorch's AdamW over tensors of the same sizes."""

    def __init__(self, ours, lr, mixed=False, **options):
        self.masters = [torch.nn.Parameter(values) for values in ours.cut(ours.param)]
        for master, gradient in zip(self.masters, ours.cut(ours.grad)):
            master.grad = gradient
        self.copies = [torch.empty_like(master, dtype=torch.bfloat16) for master in self.masters] if mixed else []
        self.adamw = torch.optim.AdamW(
            self.masters, lr=lr, betas=BETAS, eps=EPSILON, weight_decay=WEIGHT_DECAY, **options)

    def update(self):
        self.adamw.step()
        if self.copies:
            torch._foreach_copy_(self.copies, self.masters)


class WholeStep:
    """The peer's step around its update. It zeroes its gradients: they are put back between turns."""

    def __init__(self, peer):
        self.peer = peer
        self.gradients = [master.grad.clone() for master in peer.masters]

    def prepare(self):
        torch._foreach_copy_([master.grad for master in self.peer.masters], self.gradients)

    def __call__(self):
        torch.nn.utils.clip_grad_norm_(self.peer.masters, CLIP, foreach=True)
        for group in self.peer.adamw.param_groups:
            group["lr"] = 6e-4
        self.peer.update()
        self.peer.adamw.zero_grad(set_to_none=False)


def agreement(ours):
    """Three updates of both sides, relative to a tensor's largest value."""
    for slot in ours.slots:
        slot.zero_()
    peer = Peer(ours, 0.0, fused=True)
    for step in range(3):
        peer.adamw.param_groups[0]["lr"] = ours.rate(step)
        peer.adamw.step()
        ours.update()
    pairs = zip(ours.cut(ours.param), peer.masters)
    say(apart=max(float((mine - theirs.detach()).abs().max() / theirs.detach().abs().max()) for mine, theirs in pairs))


def copy_rate(turns, bytes_moved):
    """Bytes per second of a copy that moves as much."""
    source = torch.empty(int(bytes_moved) // 8, dtype=torch.float32, device="cuda").normal_()
    target = torch.empty_like(source)
    (seconds,) = in_turns([lambda: target.copy_(source)], turns)
    return 2 * source.numel() * 4 / seconds


def against(mine, name, theirs, turns):
    try:
        first, second = in_turns([mine, theirs()], turns)
        say(peer=name, ours=first, theirs=second, ratio=second / first)
    except Exception as trouble:  # a peer that does not run is no fault of ours
        say(peer=name, missing=f"{type(trouble).__name__}: {str(trouble).splitlines()[0] if str(trouble) else ''}")
    torch.cuda.empty_cache()


def compiled(ours, lr, mixed):
    """torch.compile of the foreach form; its rate is a tensor, or every new one would compile again."""
    peer = Peer(ours, torch.tensor(lr, device="cuda"), mixed=mixed, foreach=True, capturable=True)
    return torch.compile(peer.update)


def optax_against(ours, mine, lr, turns):
    """JAX has streams of its own: whole turns by the clock, each waited for."""
    name = "optax.adamw under jit, by the clock"
    try:
        import jax
        import optax

        tensors = [jax.numpy.full((size,), 0.02, "float32") for _, size in ours.parameters]
        gradients = [jax.numpy.full((size,), 1e-3, "float32") for _, size in ours.parameters]
        adamw = optax.adamw(lr, b1=BETAS[0], b2=BETAS[1], eps=EPSILON, weight_decay=WEIGHT_DECAY)

        def update(parameters, state, gradients):
            updates, state = adamw.update(gradients, state, parameters)
            return optax.apply_updates(parameters, updates), state

        made = jax.jit(update, donate_argnums=(0, 1))
        state = adamw.init(tensors)
        times = [[], []]
        for turn in range(min(turns, 15) + 2):
            begin = time.perf_counter()
            for _ in range(10):
                mine()
            torch.cuda.synchronize()
            middle = time.perf_counter()
            for _ in range(10):
                tensors, state = made(tensors, state, gradients)
            jax.block_until_ready(tensors)
            end = time.perf_counter()
            if turn >= 2:
                times[0].append((middle - begin) / 10)
                times[1].append((end - middle) / 10)
        first, second = map(statistics.median, times)
        say(peer=name, ours=first, theirs=second, ratio=second / first)
    except Exception as trouble:
        say(peer=name, missing=f"{type(trouble).__name__}: {str(trouble).splitlines()[0] if str(trouble) else ''}")


def updates(options, turns):
    ours, mixed = Ours(options), options.mode == "mixed"
    lr = ours.rate(STEP)
    small = ours.param.numel() < 1e9
    if small and not mixed:
        agreement(ours)
        ours.counters.fill_(STEP)
    seconds = in_turns([ours.update], turns)[0]
    if not mixed:
        say(copy=copy_rate(turns, ours.side.bytes()), ours=ours.side.bytes() / seconds)
        torch.cuda.empty_cache()
    extra = " and a foreach copy" if mixed else ""
    against(ours.update, f"AdamW(fused=True){extra}", lambda: Peer(ours, lr, mixed=mixed, fused=True).update, turns)
    if not mixed:
        optax_against(ours, ours.update, lr, turns)
    if options.compiles:
        against(ours.update, f"torch.compile of AdamW(foreach=True){extra}", lambda: compiled(ours, lr, mixed), turns)


def steps(options, turns):
    ours = Ours(options)
    lr = ours.rate(STEP)

    def peer():
        return WholeStep(Peer(ours, lr, mixed=True, fused=True))

    against(ours.step, "clip_grad_norm_, fused AdamW, foreach copy, zero_grad", peer, turns)


def captured(ours):
    """A graph of many finish kernels, none of which is launched there for the first time."""
    ours.launch(FINISH)
    graph, stream = torch.cuda.CUDAGraph(), torch.cuda.Stream()
    with torch.cuda.graph(graph, stream=stream):
        for _ in range(CAPTURED):
            ours.launch(FINISH)
    return graph.replay


def schedule(options, turns):
    scheduled = Ours(options)
    options.binary = options.constant
    constant = Ours(options)
    first, second = (seconds / CAPTURED for seconds in in_turns([captured(scheduled), captured(constant)], turns))
    say(scheduled=first, constant=second, added=first - second)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle")
    parser.add_argument("binary")
    parser.add_argument("mode", choices=["f32", "mixed", "step", "schedule"])
    parser.add_argument("--constant")
    parser.add_argument("--quick", action="store_true", help="few turns")
    parser.add_argument("--compiles", action="store_true", help="torch.compile is a peer too")
    options = parser.parse_args()
    turns = QUICK_TURNS if options.quick else TURNS
    {"f32": updates, "mixed": updates, "step": steps, "schedule": schedule}[options.mode](options, turns)


if __name__ == "__main__":
    main()
