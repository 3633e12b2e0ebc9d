"""A child of `networks`: trains the same networks with PyTorch, as its users write them.

python -m tuilab.bench.fit_torch MODEL DATA SAMPLES EPOCHS
"""

import sys
import time
from typing import Any

import torch

from tuilab import data
from tuilab.bench.networks import BATCH, report

nn: Any = torch.nn


class LastStep(nn.Module):  # type: ignore[misc]
    """The state of an LSTM after the last step."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(28, 128, batch_first=True)

    def forward(self, x: Any) -> Any:
        return self.lstm(x)[0][:, -1]


def network(name: str) -> tuple[Any, tuple[int, ...]]:
    """The model, and the shape in which it takes an image."""
    if name == "mlp":
        return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10)), (784,)
    if name == "lstm":
        return nn.Sequential(LastStep(), nn.Linear(128, 10)), (28, 28)
    layers = [
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
    ]
    model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(1600, 10))
    return model.to(memory_format=torch.channels_last), (1, 28, 28)


def main(name: str, which: str, samples: int, epochs: int) -> None:
    """Train, and print what came of it."""
    (images, labels), _ = data.load(which)
    torch.manual_seed(0)
    model, shape = network(name)
    x = torch.from_numpy(images[:samples]).float().div_(255).reshape(-1, *shape)
    y = torch.from_numpy(labels[:samples]).long()
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    loss_of, seconds = nn.CrossEntropyLoss(), []
    for _ in range(epochs):
        start, order, total = time.perf_counter(), torch.randperm(len(x)), 0.0
        for begin in range(0, len(x), BATCH):
            rows = order[begin : begin + BATCH]
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        seconds.append(time.perf_counter() - start)
    report(len(x), seconds, x.nbytes + y.nbytes + images.nbytes)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
