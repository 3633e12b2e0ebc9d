"""What comes into a learner, checked and brought into arrays.

The messages say what scikit-learn's say, since its estimator checks read them.
"""

import warnings
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.learners.errors import InputError, column_vector

Array = NDArray[Any]


def features(X: Any, *, allow_nan: bool = False, least: int = 1) -> Array:
    """Samples as a numeric array of shape (samples, features); uint8, float32 and float64 stay what they are.

    Raises:
        InputError: not two axes, no samples, no features, complex numbers, strings, NaN or infinity.
        TypeError: a sparse matrix, or objects that are no numbers.
    """
    if hasattr(X, "toarray") and hasattr(X, "nnz"):
        raise TypeError("Sparse data was passed, but dense data is required. Use X.toarray() first.")
    x = np.asarray(X)
    if x.dtype.kind == "c":
        raise InputError("Complex data not supported: expected real numbers.")
    if x.dtype.kind not in "biuf":
        try:
            x = x.astype(np.float64)
        except ValueError as error:
            raise InputError(f"X of type {x.dtype}: expected numbers; {error}.") from error
    if x.ndim != 2:
        raise InputError(
            f"Expected 2D array, got {x.ndim}D array instead, of shape {x.shape}. Reshape your data: "
            "X.reshape(-1, 1) if it has one feature, X.reshape(1, -1) if it is one sample."
        )
    if len(x) < least:
        raise InputError(
            f"Found array with {len(x)} sample(s) (shape={x.shape}) while a minimum of {least} is required."
        )
    if x.shape[1] < 1:
        raise InputError(f"Found array with 0 feature(s) (shape={x.shape}) while a minimum of 1 is required.")
    if x.dtype not in (np.uint8, np.float32, np.float64):
        x = x.astype(np.float64)
    if x.dtype.kind == "f":
        _finite(x, "X", allow_nan)
    return x


def _finite(x: Array, name: str, allow_nan: bool = False) -> None:
    # A sum is finite or tells which kind of trouble there may be, at a fraction of the cost of isfinite.
    with np.errstate(all="ignore"):
        if np.isfinite(x.sum()):
            return
    if np.isinf(x).any() or (not allow_nan and np.isnan(x).any()):
        raise InputError(f"Input {name} contains NaN or infinity: expected finite numbers.")


def targets(y: Any, samples: int, name: str) -> Array:
    """Targets as an array of shape (samples,).

    Raises:
        InputError: there are none, not as many as samples, or more than one for a sample.
    """
    if y is None:
        raise InputError(f"{name} requires y to be passed, but the target y is None.")
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        warnings.warn(
            "A column-vector y was passed when a 1d array was expected. Use y.ravel().",
            column_vector(),
            stacklevel=4,
        )
        values = values[:, 0]
    if values.ndim != 1:
        raise InputError(f"y should be a 1d array, got an array of shape {values.shape} instead.")
    if len(values) != samples:
        raise InputError(
            f"Found input variables with inconsistent numbers of samples: [{samples}, {len(values)}]."
        )
    if values.dtype.kind == "c":
        raise InputError("Complex data not supported: expected real targets.")
    return values


def labels(y: Any, samples: int, name: str) -> tuple[Array, NDArray[np.int64]]:
    """The classes in order, and the number of each sample's class.

    Raises:
        InputError: targets that are no classes, or only one class.
    """
    values = targets(y, samples, name)
    if values.dtype.kind == "f":
        _finite(values, "y")
        if (values != np.floor(values)).any():
            raise InputError(
                "Unknown label type: continuous. A classifier expects classes; use a regressor for numbers."
            )
    classes, numbers = np.unique(values, return_inverse=True)
    if len(classes) < 2:
        raise InputError(
            f"{name} needs samples of at least 2 classes; all of them are of one class: {classes[0]!r}."
        )
    return classes, numbers.reshape(-1).astype(np.int64)


def numbers(y: Any, samples: int, name: str) -> NDArray[np.float64]:
    """Targets of a regression as float64.

    Raises:
        InputError: they are no numbers, or not finite.
    """
    values = targets(y, samples, name)
    try:
        values = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"y of type {values.dtype}: expected numbers; {error}.") from error
    _finite(values, "y")
    return values


def whole(name: str, value: Any, least: int, none: bool = False) -> None:
    """A parameter that must be a whole number, `least` or more, or None where that is allowed."""
    if none and value is None:
        return
    if not isinstance(value, Integral) or value is True or value < least:
        also = " or None" if none else ""
        raise InputError(f"{name}={value!r}: expected a whole number, {least} or more{also}.")


def real(name: str, value: Any, above: float = -np.inf, least: float = -np.inf, most: float = np.inf) -> None:
    """A parameter that must be a number in a range."""
    good = isinstance(value, Real) and value is not True
    if not (good and above < value and least <= value <= most):
        low = f"above {above:g}" if above > -np.inf else f"at least {least:g}"
        high = f" and at most {most:g}" if most < np.inf else ""
        raise InputError(f"{name}={value!r}: expected a number {low}{high}.")


def one_of(name: str, value: Any, known: tuple[str, ...]) -> None:
    """A parameter that must be one of these words."""
    if value not in known:
        raise InputError(f"{name}={value!r}: expected one of {', '.join(known)}.")


def seed(random_state: Any) -> int:
    """The seed that a `random_state` stands for: a whole number, a NumPy generator, or None for a new one."""
    if random_state is None:
        return int(np.random.default_rng().integers(2**31))
    if isinstance(random_state, Integral):
        return int(random_state)
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31))
    raise InputError(f"random_state={random_state!r}: expected a whole number, a NumPy generator or None.")
