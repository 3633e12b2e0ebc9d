"""Automatic differentiation: tensors, a tape that records what is done to them, and gradients from it."""

from tuilab.autodiff.recording import graph
from tuilab.autodiff.tape import Tape
from tuilab.autodiff.tensor import Tensor
from tuilab.autodiff.trace import Trace

__all__ = ["Tape", "Tensor", "Trace", "graph"]
