"""What every optimizer is."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt

from tuilab.autodiff import Tensor
from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels.parallel import gradient_norms
from tuilab.kernels.parallel.arrays import FLOATS, contiguous
from tuilab.nn.schedules import LearningRateSchedule

Array = npt.NDArray[Any]
NUMBERS = 8
"""The most numbers that a kernel's `settings` hold."""


class Limits(TypedDict, total=False):
    """What every optimizer takes beside its own settings, all of it by name.

    weight_decay: λ; each step first takes η λ w from w (I. Loshchilov, F. Hutter, 2019).
    clipvalue: an element of a gradient is kept within ± this.
    clipnorm: a gradient that is longer is made this long, each parameter's by itself.
    global_clipnorm: all gradients together, as one vector, are made this long where they are longer
    (R. Pascanu, T. Mikolov, Y. Bengio, 2013). Of the three kinds of clipping at most one may be asked for.
    """

    weight_decay: float | None
    clipvalue: float | None
    clipnorm: float | None
    global_clipnorm: float | None


class Optimizer:
    """Moves parameters in place by their gradients, with memory (`slots`) for each.

    A step is `begin_step`, which writes what changes from step to step into the array `settings`, and
    `launch`, which starts the kernels: those may be recorded and started again after each `begin_step`.
    `learning_rate`, a number or a schedule, may be changed between any two steps.
    """

    slots: tuple[str, ...] = ()
    """The names of what is remembered for each parameter, in arrays of the parameter's shape."""
    start = 0.0
    """What the memory holds before the first step."""

    def __init__(
        self,
        learning_rate: float | LearningRateSchedule,
        weight_decay: float | None = None,
        clipvalue: float | None = None,
        clipnorm: float | None = None,
        global_clipnorm: float | None = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.weight_decay = not_negative("A weight decay", weight_decay)
        self.clipvalue = not_negative("clipvalue", clipvalue)
        self.clipnorm = not_negative("clipnorm", clipnorm)
        self.global_clipnorm = not_negative("global_clipnorm", global_clipnorm)
        if sum(one is not None for one in (clipvalue, clipnorm, global_clipnorm)) > 1:
            raise TuilabError("Only one of clipvalue, clipnorm and global_clipnorm can be asked for.")
        self.iterations = 0
        self.settings = np.zeros(NUMBERS)
        self.memory: list[tuple[Array, ...]] = []
        self._names: list[str] = []
        self._norms: _Norms | None = None
        self._unscaled = np.ones(1)

    @property
    def learning_rate(self) -> float:
        """The size of the next step, η; where a schedule was given, what it says for that step."""
        if isinstance(self._learning_rate, LearningRateSchedule):
            return self._learning_rate(self.iterations)
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float | LearningRateSchedule) -> None:
        if isinstance(value, LearningRateSchedule):
            self._learning_rate: float | LearningRateSchedule = value
            return
        rate = float(value) if isinstance(value, int | float | np.number) else float("nan")
        if not 0 <= rate < float("inf"):
            raise TuilabError(f"A learning rate is a number, 0 or more. It was given {value!r}.")
        self._learning_rate = rate

    @property
    def schedule(self) -> LearningRateSchedule | None:
        """What says the learning rate for each step, where it is not one number."""
        return self._learning_rate if isinstance(self._learning_rate, LearningRateSchedule) else None

    def constants(self) -> tuple[float, ...]:
        """The optimizer's own numbers, in the order in which its kernel reads them."""
        return ()

    def corrected(self, rate: float) -> float:
        """The rate that the kernel is told for step number `iterations`, counted from 1."""
        return rate

    def update(self, parameter: Array, gradient: Array, memory: tuple[Array, ...], scale: Array) -> None:
        """Launch the kernel that moves one parameter and its memory; all arrays are flat."""
        raise NotImplementedError

    def build(self, parameters: Sequence[Tensor]) -> None:
        """Make the memory for these parameters."""
        self.memory = [tuple(np.full_like(one.data, self.start) for _ in self.slots) for one in parameters]
        self._names = [one.name or f"parameter_{place}" for place, one in enumerate(parameters)]
        most = self.clipnorm if self.global_clipnorm is None else self.global_clipnorm
        self._norms = None
        if most is not None:
            sizes = [one.size for one in parameters]
            self._norms = _Norms(sizes, most, together=self.global_clipnorm is not None)

    def begin_step(self) -> None:
        """Count a step, and write its numbers into `settings`."""
        rate = self.learning_rate
        self.iterations += 1
        constants = self.constants()
        decay = rate * (self.weight_decay or 0.0)
        clip = math.inf if self.clipvalue is None else self.clipvalue
        self.settings[: 3 + len(constants)] = (self.corrected(rate), decay, clip, *constants)

    def launch(self, gradients: Sequence[Array], parameters: Sequence[Tensor]) -> None:
        """Move each parameter in place by its gradient, with the numbers of `begin_step`."""
        moved = []
        for gradient, parameter, memory in zip(gradients, parameters, self.memory, strict=True):
            self._must_fit(parameter.data, gradient, memory)
            arrays = (parameter.data, contiguous(gradient, parameter.dtype), *memory)
            moved.append([one.reshape(-1) for one in arrays])
        if self._norms is not None:
            self._norms.measure([flat[1] for flat in moved])
        for place, (w, g, *slots) in enumerate(moved):
            scale = self._unscaled if self._norms is None else self._norms.scale(place)
            self.update(w, g, tuple(slots), scale)

    def apply(self, gradients: Sequence[Array], parameters: Sequence[Tensor]) -> None:
        """One step: each parameter moved in place by its gradient."""
        if len(self.memory) != len(parameters):
            self.build(parameters)
        self.begin_step()
        self.launch(gradients, parameters)

    def _must_fit(self, parameter: Array, gradient: Array, memory: tuple[Array, ...]) -> None:
        if any(one.shape != parameter.shape for one in (gradient, *memory)):
            listed = " and ".join(str(one.shape) for one in (parameter, gradient, *memory))
            raise ShapeError(
                f"{type(self).__name__} needs a parameter, a gradient and memory of one shape. "
                f"It was given {listed}."
            )
        if parameter.dtype not in FLOATS or not parameter.flags.carray:
            raise TuilabError(
                f"{type(self).__name__} moves parameters in place, so they must be float32 or float64, "
                f"contiguous and writable. It was given {parameter.dtype} {parameter.shape}: copy it with "
                "np.array(…, order='C')."
            )

    def get_state(self) -> dict[str, Array]:
        """Copies of all that is needed to go on later: the steps done, the rate, and the memory."""
        return {name: array.copy() for name, array in self._state().items()}

    def set_state(self, state: Mapping[str, Array]) -> None:
        """Go on from `get_state` of an optimizer of the same kind, built for the same parameters."""
        own = self._state()
        if own.keys() != state.keys():
            raise TuilabError(
                f"The optimizer's state is {', '.join(own)}. It was given {', '.join(state) or 'nothing'}. "
                "Call build(parameters) first, with the parameters of the model that it was saved with."
            )
        for name, array in own.items():
            if array.shape != np.shape(state[name]):
                raise ShapeError(f"{name} has the shape {array.shape}. It was given {np.shape(state[name])}.")
        for name, array in own.items():
            array[...] = state[name]
        self.iterations = int(own["iterations"])
        if "learning_rate" in own:
            self.learning_rate = float(own["learning_rate"])

    def _state(self) -> dict[str, Array]:
        state = {"iterations": np.array(self.iterations, np.int64)}
        if not isinstance(self._learning_rate, LearningRateSchedule):
            state["learning_rate"] = np.array(self._learning_rate)
        for name, memory in zip(self._names, self.memory, strict=True):
            state |= {f"{name}/{slot}": array for slot, array in zip(self.slots, memory, strict=True)}
        return state


class _Norms:
    """The lengths of gradients, each by itself or `together`, and by how much they are to be shortened."""

    def __init__(self, sizes: Sequence[int], most: float, together: bool) -> None:
        ends = np.cumsum([-(-size // gradient_norms.BLOCK) for size in sizes])
        self._parts = np.concatenate([[0], ends]).astype(np.int64)
        self._begins = self._parts[[0, -1]] if together else self._parts
        self._squares = np.zeros(int(ends[-1]) if len(ends) else 0)
        self._scales = np.ones(len(self._begins) - 1)
        self._most, self._together = np.array([most]), together

    def measure(self, gradients: Sequence[Array]) -> None:
        """Launch the kernels that work out the scales."""
        for place, gradient in enumerate(gradients):
            begin, end = self._parts[place : place + 2]
            gradient_norms.sum_squares(gradient, self._squares[begin:end])
        gradient_norms.clip_scales(self._squares, self._begins, self._most, self._scales)

    def scale(self, place: int) -> Array:
        """What the gradient number `place` is multiplied by, as an array of one number."""
        return self._scales if self._together else self._scales[place : place + 1]


def not_negative(what: str, value: float | None) -> float | None:
    """`value` if it is None or a number of 0 or more."""
    if value is None or (isinstance(value, int | float | np.number) and 0 <= value < float("inf")):
        return value
    raise TuilabError(f"{what} is a number, 0 or more, or None. It was given {value!r}.")


def share(what: str, value: float) -> float:
    """`value` if it lies between 0 and 1, below 1."""
    if not isinstance(value, int | float | np.number) or not 0 <= value < 1:
        raise TuilabError(f"{what} lies between 0 and 1, below 1. It was given {value!r}.")
    return float(value)
