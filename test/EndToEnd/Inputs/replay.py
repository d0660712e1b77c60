"""replay.py CHECKPOINT SHOWN METRICS: the loss of the first batch, from the printed batch and the weights.

The network is layers.0, relu, layers.1, and the mean cross entropy over the batch.
"""
import csv
import math
import re
import sys

import safetensors_file

model = safetensors_file.read(f"{sys.argv[1]}/model.safetensors")
with open(sys.argv[2]) as shown:
    lines = [re.findall(r"-?[\d.]+(?:e-?\d+)?", line) for line in shown if "->" in line]
with open(sys.argv[3]) as metrics:
    expected = float(next(csv.DictReader(metrics))["loss"])


def linear(name, inputs):
    (rows, columns), weight = model[f"{name}.weight"]
    bias = model[f"{name}.bias"][1]
    return [bias[i] + sum(weight[i * columns + j] * inputs[j] for j in range(columns)) for i in range(rows)]


total = 0.0
for line in lines:
    *features, label = (float(text.rstrip("-")) for text in line[1:])
    scores = linear("layers.1", [max(0.0, value) for value in linear("layers.0", features)])
    total += math.log(sum(math.exp(score) for score in scores)) - scores[int(label)]
loss = total / len(lines)
print(f"{len(lines)} samples: loss {loss:.7f}, the run's {expected:.7f}")
sys.exit(0 if lines and abs(loss - expected) < 1e-5 else 1)
