"""What a run may be asked for."""

import json
from typing import Any

import pytest

from tuilab import cli
from tuilab.errors import RunError
from tuilab.nn import optimizers
from tuilab.training import config as known
from tuilab.training.config import LEARNING_RATES, TrainingConfig
from tuilab.training.models import MODELS


def test_nothing_asked_for_gives_the_defaults() -> None:
    config = TrainingConfig.from_mapping({})
    assert config == TrainingConfig()
    assert (config.data, config.model, config.optimizer, config.learning_rate) == (
        "mnist",
        "mlp",
        "adam",
        1e-3,
    )
    assert TrainingConfig.from_mapping({"epochs": None, "seed": None, "unknown": 1}) == config


@pytest.mark.parametrize("optimizer", LEARNING_RATES)
def test_an_optimizer_brings_its_learning_rate_unless_told(optimizer: str) -> None:
    assert TrainingConfig.from_mapping({"optimizer": optimizer}).learning_rate == LEARNING_RATES[optimizer]
    assert TrainingConfig.from_mapping({"optimizer": optimizer, "learning_rate": 3}).learning_rate == 3.0


def test_what_the_command_offers_is_what_there_is() -> None:
    offered = {
        one.name: one.type.choices for one in cli.training.train.params if hasattr(one.type, "choices")
    }
    assert set(offered["model"]) == set(known.MODELS) == set(MODELS)
    assert set(offered["optimizer"]) == set(LEARNING_RATES) == set(optimizers.OPTIMIZERS)
    assert set(offered["data"]) == set(known.DATA)


def test_it_survives_being_written_down() -> None:
    config = TrainingConfig(data="digits", epochs=3, learning_rate=0.5, paused=True)
    written = json.loads(json.dumps(config.to_mapping()))
    assert written["data_name"] == "drawn digits"
    assert TrainingConfig.from_mapping(written) == config


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"data": "mnits"}, "data 'mnits': did you mean 'mnist'?"),
        ({"model": "transformer"}, "model 'transformer': expected one of mlp, "),
        ({"optimizer": "adamm"}, "optimizer 'adamm': did you mean 'adam'?"),
        ({"data": ["mnist"]}, "data \\['mnist'\\]: "),
        ({"data": 7}, "data 7: expected one of mnist"),
        ({"epochs": 0}, "epochs 0: expected a whole number, 1 to 10000."),
        ({"epochs": 2.5}, "epochs 2.5: expected a whole number"),
        ({"epochs": True}, "epochs True: expected a whole number"),
        ({"batch_size": -3}, "batch_size -3: expected"),
        ({"batch_size": "128"}, "batch_size '128': expected"),
        ({"seed": -1}, "seed -1: expected a whole number, 0 to"),
        ({"seed": 2**63}, "seed 9223372036854775808: expected"),
        ({"threads": 5000}, "threads 5000: expected a whole number, 0 to 1024"),
        ({"learning_rate": 0}, "learning_rate 0: expected a number above 0."),
        ({"learning_rate": -1e-3}, "learning_rate -0.001: expected"),
        ({"learning_rate": float("nan")}, "learning_rate nan: expected"),
        ({"learning_rate": float("inf")}, "learning_rate inf: expected"),
        ({"learning_rate": 10**400}, "learning_rate 1000+.*: expected"),
        ({"learning_rate": "fast"}, "learning_rate 'fast': expected"),
        ({"learning_rate": True}, "learning_rate True: expected"),
        ({"data": "\x1b]52;evil"}, "data "),
    ],
)
def test_what_cannot_be_is_refused_with_what_came_and_what_was_expected(given: Any, says: str) -> None:
    with pytest.raises(RunError, match=says) as caught:
        TrainingConfig.from_mapping(given)
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
