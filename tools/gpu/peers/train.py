"""train.py BUNDLE char-gpt|gpt2-124m eager|graph|compile BATCH: seconds of a training step in PyTorch.

The same architecture, sizes and optimizer as the bundle's recipe of that name, on random tokens. Prints one JSON object:
the median of CUDA events around one step each, batches copied from pinned memory in them, the learning rate set by the host.
"""

import argparse
import json
import statistics

import torch
from gpt import Gpt

CONFIGS = {
    "char-gpt": ({"n_embd": 128, "n_head": 4, "n_layer": 4, "vocab_size": 256, "n_positions": 64}, False),
    "gpt2-124m": ({"n_embd": 768, "n_head": 12, "n_layer": 12, "vocab_size": 50257, "n_positions": 1024}, True),
}
CLIP = 1.0


def training(model, adamw, mixed):
    def step(inputs, targets):
        with torch.autocast("cuda", torch.bfloat16, enabled=mixed):
            loss = model(inputs, targets)
        adamw.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        adamw.step()
        return loss

    return step


def in_graph(step, inputs, targets):
    """The step in a CUDA graph: warmed up on a stream of its own, as PyTorch's manual has it."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step(inputs, targets)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = step(inputs, targets)

    def replay(_inputs, _targets):
        graph.replay()
        return loss

    return replay


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle")
    parser.add_argument("name", choices=CONFIGS)
    parser.add_argument("mode", choices=["eager", "graph", "compile"])
    parser.add_argument("batch", type=int)
    options = parser.parse_args()
    config, mixed = CONFIGS[options.name]
    torch.manual_seed(1)
    model = Gpt(config).cuda()
    lr = torch.tensor(6e-4, device="cuda") if options.mode == "graph" else 6e-4
    adamw = torch.optim.AdamW(model.parameters(), lr=lr, betas=(0.9, 0.95), weight_decay=0.1, fused=True,
                              capturable=options.mode == "graph")
    shape = (options.batch, config["n_positions"])
    host = [torch.randint(0, config["vocab_size"], shape).pin_memory() for _ in range(2)]
    device = [tensor.cuda() for tensor in host]
    trained = torch.compile(model, mode="max-autotune") if options.mode == "compile" else model
    step = training(trained, adamw, mixed)
    if options.mode == "graph":
        step = in_graph(step, *device)
    small = options.name == "char-gpt"
    warm_up, steps = (50, 300) if small else (8, 25)
    times = []
    for index in range(warm_up + steps):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        for to, tensor in zip(device, host):
            to.copy_(tensor, non_blocking=True)
        if options.mode == "graph":
            adamw.param_groups[0]["lr"].fill_(6e-4)
        else:
            adamw.param_groups[0]["lr"] = 6e-4
        step(*device)
        end.record()
        end.synchronize()
        if index >= warm_up:
            times.append(begin.elapsed_time(end) / 1e3)
    print(json.dumps({"seconds": statistics.median(times)}))


if __name__ == "__main__":
    main()
