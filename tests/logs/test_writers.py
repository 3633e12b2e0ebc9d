"""Files made by the real libraries are read equal to what was written; each skips without its library."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from tuilab.logs import Finder, Log

LOSSES = [2.5, 1.25, 0.75, 0.5, float("nan"), 0.25]


def only(folder: Path) -> Log:
    found = Finder([folder]).look()
    assert len(found) == 1, [log.name for log in found]
    read_all(found[0])
    return found[0]


def read_all(log: Log) -> None:
    log.poll()
    while log.behind:
        log.poll()


def points(log: Log, name: str) -> list[tuple[int, float]]:
    return [(step, value) for step, _, value in log.metrics[name].rows()]


def assert_same(found: list[tuple[int, float]], steps: list[int], values: list[float]) -> None:
    assert [step for step, _ in found] == steps
    np.testing.assert_allclose([value for _, value in found], values, rtol=1e-6, equal_nan=True)


def test_torch_summary_writer(tmp_path: Path) -> None:
    tensorboard = pytest.importorskip("torch.utils.tensorboard")
    with tensorboard.SummaryWriter(tmp_path) as writer:
        for step, loss in enumerate(LOSSES):
            writer.add_scalar("loss/train", loss, step)
            writer.add_scalar("accuracy", 1 - loss / 4, step)
        writer.add_text("note", "begun", 0)
        writer.add_histogram("weights", np.arange(10.0), 0)
    log = only(tmp_path)
    assert set(log.metrics) == {"loss/train", "accuracy"}
    assert_same(points(log, "loss/train"), list(range(6)), LOSSES)
    assert [note.text for note in log.notes] == ["begun"]
    assert not log.notice


def test_tensorboardx(tmp_path: Path) -> None:
    tensorboardx = pytest.importorskip("tensorboardX")
    with tensorboardx.SummaryWriter(str(tmp_path)) as writer:
        for step, loss in enumerate(LOSSES):
            writer.add_scalar("loss", loss, 10 * step)
    assert_same(points(only(tmp_path), "loss"), [0, 10, 20, 30, 40, 50], LOSSES)


@pytest.mark.filterwarnings("ignore")
def test_keras_callback(tmp_path: Path) -> None:
    """TensorFlow writes a scalar as a tensor of one element."""
    tensorflow = pytest.importorskip("tensorflow")
    with tensorflow.summary.create_file_writer(str(tmp_path)).as_default():
        for step, loss in enumerate(LOSSES):
            tensorflow.summary.scalar("epoch_loss", loss, step)
    assert_same(points(only(tmp_path), "epoch_loss"), list(range(6)), LOSSES)


@pytest.mark.filterwarnings("ignore")
def test_lightning_csv_logger(tmp_path: Path) -> None:
    loggers = pytest.importorskip("lightning.pytorch.loggers")
    logger = loggers.CSVLogger(str(tmp_path), name="mnist", flush_logs_every_n_steps=1)
    log: Log | None = None
    for step in range(3):
        logger.log_metrics({"train_loss": 1 / (step + 1), "epoch": step // 2}, step=step)
        logger.save()
    [log] = Finder([tmp_path]).look()
    read_all(log)
    assert_same(points(log, "train_loss"), [0, 1, 2], [1, 1 / 2, 1 / 3])
    logger.log_metrics({"val_loss": 0.125}, step=2)  # a new column: the header is written anew
    logger.save()
    read_all(log)
    assert_same(points(log, "val_loss"), [2], [0.125])
    assert_same(points(log, "train_loss"), [0, 1, 2], [1, 1 / 2, 1 / 3])
    assert log.name.startswith("mnist")


@pytest.mark.filterwarnings("ignore")
def test_wandb_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wandb = pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    run = wandb.init(project="digits", dir=str(tmp_path), settings=wandb.Settings(console="off"))
    for loss in LOSSES:
        run.log({"loss": loss, "nested": {"accuracy": 1.0}})
    run.log({"long": 1.0, "words": "x" * 100_000})  # a record over several blocks
    run.log({"loss": 0.125})
    run.finish()
    log = only(tmp_path)
    assert_same(points(log, "loss"), [0, 1, 2, 3, 4, 5, 7], [*LOSSES, 0.125])
    assert_same(points(log, "nested/accuracy"), list(range(6)), [1.0] * 6)
    assert not log.notice


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("store", ["sqlite", "files"])
def test_mlflow(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    uri = f"sqlite:///{tmp_path}/mlflow.db" if store == "sqlite" else f"file:{tmp_path}/mlruns"
    try:
        mlflow.set_tracking_uri(uri)
        with mlflow.start_run(run_name="first"):
            for step, loss in enumerate(LOSSES):
                mlflow.log_metric("train/loss", loss, step=step)
            mlflow.log_metric("far", math.inf, step=3)
    except Exception as error:
        pytest.skip(f"this mlflow has no {store} store ({type(error).__name__})")
    log = only(tmp_path)
    assert_same(points(log, "train/loss"), list(range(6)), LOSSES)
    assert points(log, "far") == [(3, math.inf)]


@pytest.mark.filterwarnings("ignore")
def test_hugging_face_state(tmp_path: Path) -> None:
    callback = pytest.importorskip("transformers.trainer_callback")
    history = [
        {"loss": loss, "learning_rate": 1e-4, "epoch": n / 2, "step": 10 * n} for n, loss in enumerate(LOSSES)
    ]
    for count in (2, 6):
        folder = tmp_path / f"checkpoint-{10 * count}"
        folder.mkdir()
        state = callback.TrainerState(log_history=history[:count], global_step=10 * count)
        state.save_to_json(str(folder / "trainer_state.json"))
    log = only(tmp_path)
    assert_same(points(log, "loss"), [10 * n for n in range(6)], LOSSES)
    assert json.loads((tmp_path / "checkpoint-60/trainer_state.json").read_text())["global_step"] == 60
