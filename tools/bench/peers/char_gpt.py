"""The same GPT in PyTorch eager: same initial weights, batches and learning rates.

Prints one JSON object with the loss and seconds of each step.
"""

import json
import time

import torch
from training import Training, parser


def main():
    options = parser(__doc__)
    options.add_argument("--double", action="store_true", help="in float64 throughout")
    options = options.parse_args()
    training = Training(options)
    model = training.model.double() if options.double else training.model
    optimizer = training.adamw()
    losses, seconds = [], []
    for step in range(options.steps):
        start = time.perf_counter()
        training.set_rate(optimizer, step)
        loss = model(*training.batch(step))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip_norm)
        optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"losses": losses, "seconds": seconds}))


if __name__ == "__main__":
    main()
