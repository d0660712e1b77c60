"""huggingface.py check MODEL BATCHES STEP METRICS | save DIRECTORY SHARD: our checkpoints against transformers' model.

`check` computes loss and gradient norm of batch STEP with the weights in MODEL and compares them with row STEP.
`save` writes a model of gpt.toml's shape, other in its weights than ours, as transformers does.
"""
import csv
import sys

import torch
from safetensors.torch import load_file
from transformers import GPT2Config, GPT2LMHeadModel

TOLERANCE = 1e-5


def check(directory, batches, step, metrics):
    model, report = GPT2LMHeadModel.from_pretrained(directory, output_loading_info=True)
    assert not any(report.values()), report
    model.eval()
    batch = load_file(batches)
    inputs, targets = (batch[name][int(step)] for name in ("inputs", "targets"))
    logits = model(inputs).logits
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    loss.backward()
    norm = torch.sqrt(sum(value.grad.double().square().sum() for value in model.parameters()))
    with open(metrics) as lines:
        row = list(csv.DictReader(lines))[int(step)]
    apart = abs(loss.item() - float(row["loss"])), abs(norm.item() / float(row["grad_norm"]) - 1)
    print(f"{directory}: loss {loss.item():.7f}, apart by {apart[0]:.3g}; norm apart by {apart[1]:.3g} of itself")
    sys.exit(0 if max(apart) < TOLERANCE else 1)


def save(directory, shard):
    torch.manual_seed(1)
    config = GPT2Config(vocab_size=256, n_positions=16, n_embd=16, n_layer=2, n_head=2, initializer_range=0.1)
    sizes = {} if shard == "whole" else {"max_shard_size": shard}
    GPT2LMHeadModel(config).save_pretrained(directory, **sizes)


{"check": check, "save": save}[sys.argv[1]](*sys.argv[2:])
