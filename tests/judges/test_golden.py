"""Keras's answers, as they were written down once, judge layers, losses and optimizers everywhere.

`golden/cases.py` has the questions, `golden/keras_answers.py` made the answers, and `test_keras.py` asks
Keras again where it is installed.
"""

from typing import Any

import numpy as np
import pytest

from tuilab import Tensor, nn

from .golden.cases import LAYERS, TRAINED, LayerCase, TrainingCase, numbers
from .golden.keras_answers import stored

ANSWERS = stored()


def forward(case: LayerCase) -> dict[str, Any]:
    layer = case.make(nn.layers)
    inputs = [Tensor(one) for one in case.arrays()]
    given = inputs[0] if len(inputs) == 1 else inputs
    layer(given)
    for one, value in zip(layer.weights, case.parameters([one.shape for one in layer.weights]), strict=True):
        one.data[...] = value
    output = layer(given, training=case.training)
    answer = {"output": output.data}
    if case.training:
        answer |= {f"weight {place}": one.data for place, one in enumerate(layer.weights)}
    return answer


def training(case: TrainingCase) -> dict[str, Any]:
    model = nn.Sequential(case.layers(nn.layers), seed=0)
    model.build(case.inputs[1:])
    model.set_weights(case.parameters([one.shape for one in model.get_weights()]))
    model.compile(optimizer=case.optimizer(nn.optimizers), loss=case.loss(nn.losses))
    x, y = numbers(case.inputs, 3), case.targets()
    history = model.fit(x, y, batch_size=len(x), epochs=case.steps, shuffle=False, verbose=0)
    return {"losses": np.array(history.history["loss"])} | {
        f"weight {place}": one for place, one in enumerate(model.get_weights())
    }


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert found.keys() == expected.keys()
    for what, wanted in expected.items():
        assert found[what].shape == wanted.shape, what
        np.testing.assert_allclose(found[what], wanted, rtol=2e-5, atol=2e-6, err_msg=what)


@pytest.mark.parametrize("name", LAYERS)
def test_layer_answers_as_keras_does(name: str) -> None:
    assert_same(forward(LAYERS[name]), ANSWERS[name])


@pytest.mark.parametrize("name", TRAINED)
def test_training_goes_where_keras_goes(name: str) -> None:
    assert_same(training(TRAINED[name]), ANSWERS[name])


def test_every_answer_belongs_to_a_case() -> None:
    assert ANSWERS.keys() == LAYERS.keys() | TRAINED.keys()
