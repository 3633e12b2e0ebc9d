"""The errors and warnings of learners: ours, and of the kinds that scikit-learn raises."""

import importlib
import sys

from tuilab.errors import TuilabError


class InputError(TuilabError, ValueError):
    """Samples, targets or a parameter that a learner cannot work with."""


class NotFittedError(TuilabError, ValueError, AttributeError):
    """A prediction was asked of a learner that has learned nothing yet."""


class DataConversionWarning(UserWarning):
    """Targets came in another shape than expected, and were taken as what they must mean."""


class ConvergenceWarning(UserWarning):
    """A solver reached its last iteration before its tolerance."""


def column_vector() -> type[Warning]:
    """The category of a warning of targets in a column; where scikit-learn is loaded, its filters know it
    too."""
    if "sklearn" not in sys.modules:
        return DataConversionWarning
    theirs = importlib.import_module("sklearn.exceptions").DataConversionWarning

    return type("DataConversionWarning", (DataConversionWarning, theirs), {})


def not_fitted(name: str) -> NotFittedError:
    """The error to raise; where scikit-learn is loaded, its own `NotFittedError` catches it too."""
    message = f"This {name} instance is not fitted yet. Call fit with samples and targets first."
    if "sklearn" not in sys.modules:
        return NotFittedError(message)
    theirs = importlib.import_module("sklearn.exceptions").NotFittedError

    both: NotFittedError = type("NotFittedError", (NotFittedError, theirs), {})(message)
    return both
