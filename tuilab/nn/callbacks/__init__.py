"""Callbacks: what is to happen while `fit` trains."""

from tuilab.nn.callbacks.callback import Callback, CallbackList, Logs
from tuilab.nn.callbacks.early_stopping import EarlyStopping, TerminateOnNaN
from tuilab.nn.callbacks.history import CSVLogger, History
from tuilab.nn.callbacks.lambda_callback import LambdaCallback
from tuilab.nn.callbacks.learning_rate import LearningRateScheduler, ReduceLROnPlateau
from tuilab.nn.callbacks.model_checkpoint import ModelCheckpoint

__all__ = [
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "Logs",
    "ModelCheckpoint",
    "ReduceLROnPlateau",
    "TerminateOnNaN",
]
