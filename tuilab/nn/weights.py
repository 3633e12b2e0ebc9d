"""Parameters to and from safetensors files: no pickle, readable by every framework."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.autodiff import Tensor
from tuilab.errors import ShapeError, TuilabError

Array = npt.NDArray[Any]


def assign(weights: Sequence[Tensor], values: Sequence[Array]) -> None:
    """Copy values into parameters; nothing is changed unless all of them fit."""
    if len(values) != len(weights):
        raise ShapeError(f"The model has {len(weights)} parameters. It was given {len(values)}.")
    for weight, value in zip(weights, values, strict=True):
        if weight.shape != value.shape:
            raise ShapeError(f"{weight.name} has the shape {weight.shape}. It was given {value.shape}.")
    for weight, value in zip(weights, values, strict=True):
        weight.data[...] = value


def save(path: Path, weights: Sequence[Tensor]) -> None:
    """Write parameters by their names: to a file beside it first, so that a full disk leaves the old one."""
    from safetensors.numpy import save_file

    tensors = {str(one.name): np.ascontiguousarray(one.data) for one in weights}
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        save_file(tensors, temporary)
        os.replace(temporary, path)
    except Exception as error:
        raise TuilabError(f"{path}: the weights could not be written ({error}).") from error
    finally:
        temporary.unlink(missing_ok=True)


def load(path: Path, weights: Sequence[Tensor]) -> None:
    """Read parameters by their names; the file must hold exactly those of the model."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        found = load_file(path)
    except FileNotFoundError:
        raise TuilabError(f"{path}: there is no such file.") from None
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise TuilabError(f"{path}: this is not a file of weights ({error}).") from None
    names = [str(one.name) for one in weights]
    if sorted(found) != sorted(names):
        raise TuilabError(
            f"{path}: holds {', '.join(sorted(found)) or 'nothing'}; the model has {', '.join(names)}."
        )
    assign(weights, [found[name] for name in names])
