"""Keras's answers to the cases: run as a script, it writes them to `keras.json`, where tests find them.

    KERAS_BACKEND=torch python -m tests.judges.golden.keras_answers

Keras 3.15 on its NumPy backend cannot train, and asks for JAX even to answer.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from .cases import LAYERS, TRAINED, LayerCase, TrainingCase

ANSWERS = Path(__file__).with_name("keras.json")


def forward(case: LayerCase) -> dict[str, Any]:
    """What the layer answers, and its parameters after it has: batch normalization moves its means."""
    import keras

    layer = case.make(keras.layers)
    inputs = [keras.ops.convert_to_tensor(one) for one in case.arrays()]
    given = inputs[0] if len(inputs) == 1 else inputs
    layer(given)
    layer.set_weights(case.parameters([one.shape for one in layer.get_weights()]))
    output = layer(given, training=True) if case.training else layer(given)
    answer = {"output": keras.ops.convert_to_numpy(output)}
    if case.training:
        answer |= {f"weight {place}": one for place, one in enumerate(layer.get_weights())}
    return answer


def training(case: TrainingCase) -> dict[str, Any]:
    """The loss before each step, and the parameters after the last."""
    import keras

    from .cases import numbers

    model = keras.Sequential(case.layers(keras.layers))
    model.build((None, *case.inputs[1:]))
    model.set_weights(case.parameters([one.shape for one in model.get_weights()]))
    model.compile(optimizer=case.optimizer(keras.optimizers), loss=case.loss(keras.losses))
    x, y = numbers(case.inputs, 3), case.targets()
    losses = [float(model.train_on_batch(x, y)) for _ in range(case.steps)]
    return {"losses": np.array(losses)} | {
        f"weight {place}": one for place, one in enumerate(model.get_weights())
    }


def stored() -> dict[str, dict[str, Any]]:
    """The answers that were written, as arrays."""
    return {
        name: {
            what: np.array(one["values"], np.float64).reshape(one["shape"]) for what, one in answer.items()
        }
        for name, answer in json.loads(ANSWERS.read_text()).items()
    }


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        what: {"shape": one.shape, "values": [float(f"{value:.7g}") for value in one.reshape(-1).tolist()]}
        for what, one in answer.items()
    }


def main() -> None:
    answers = {name: _plain(forward(case)) for name, case in LAYERS.items()}
    answers |= {name: _plain(training(case)) for name, case in TRAINED.items()}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers.items())
    ANSWERS.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()
