"""What the rows of element-wise operations have in common: shapes, inputs to try, and what they refuse."""

from types import ModuleType
from typing import Any

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample
from tuilab.kernels.explanation import Explain
from tuilab.kernels.later import LaterModule

A = Array((3, 4))
PAIRS = (
    Sample((A, A)),
    Sample((A, Array((4,)))),
    Sample((Array((3, 1)), Array((1, 4)))),
    Sample((Array(()), A)),
    Sample((Array((2, 1, 4)), Array((3, 1)))),
    Sample((Array((0, 4)), Array((4,)))),
    Sample((Array((130, 100)), Array((130, 100)))),
)
QUOTIENTS = (
    Sample((A, Array((3, 4), "positive"))),
    Sample((A, Array((4,), "positive"))),
    Sample((Array(()), Array((2, 3), "positive"))),
)
ORDERS = (*PAIRS[:5], Sample((Array((3, 4), "labels", 3), Array((4,), "labels", 3))))
UNFIT = (
    Invalid((A, Array((3,))), "aligned from the right"),
    Invalid((Array((2, 3, 4)), Array((2, 1))), "Sizes must be equal, or one of them 1"),
)
UNFIT_THREES = (Invalid((A, A, Array((3,))), "aligned from the right"),)
THREES = (
    Sample((A, A, A)),
    Sample((A, A, Array((4,)))),
    Sample((A, Array((3, 1)), A)),
    Sample((A, Array((1, 4)), Array((3, 1)))),
)
ONE = (Sample((Array((3, 4), "distinct"),)), Sample((Array((), "positive"),)), Sample((Array((0, 2)),)))
POSITIVE = (Sample((Array((3, 4), "positive"),)), Sample((Array((2, 3, 1), "positive"),)))
SLOPE = (Sample((Array((3, 4)), Array((3, 4), "unit"))), Sample((Array((5,)), Array((5,), "unit"))))
BACK = (Sample((A, Array((3, 4), "distinct"))), Sample((Array((5,)), Array((5,), "distinct"))))
UNLIKE = (Invalid((A, Array((4,))), "needs arrays of one shape"), Invalid((Array((4,)), A), "one shape"))


class Subject:
    """The rows of one room: their kernels are found by name in its reference and its parallel module."""

    def __init__(self, reference: ModuleType, parallel: LaterModule) -> None:
        self.reference, self.parallel = reference, parallel

    def row(
        self,
        name: str,
        formula: str,
        shapes: str,
        valid: tuple[Sample, ...],
        invalid: tuple[Invalid, ...] = (),
        gradient: tuple[str | None, ...] = (),
        **more: Any,
    ) -> Operation:
        """An operation of any shapes."""
        kernels = getattr(self.reference, name), getattr(self.parallel, name)
        return Operation(name, formula, shapes, *kernels, valid, invalid, gradient, **more)

    def of_one(
        self,
        name: str,
        formula: str,
        gradient: str | None,
        explain: Explain,
        valid: tuple[Sample, ...] = ONE,
        invalid: tuple[Invalid, ...] = (),
        source: str = "",
    ) -> Operation:
        """An operation on one array; without a gradient it is flat, and the gradient is zero."""
        shapes = "(...)->(...)"
        return self.row(name, formula, shapes, valid, invalid, (gradient,), source=source, explain=explain)

    def of_pair(
        self,
        name: str,
        formula: str,
        gradient: tuple[str | None, str | None],
        explain: Explain,
        valid: tuple[Sample, ...] = PAIRS,
        invalid: tuple[Invalid, ...] = UNFIT,
    ) -> Operation:
        """An operation on two arrays that are broadcast."""
        return self.row(name, formula, "(...),(...)->(...)", valid, invalid, gradient, explain=explain)

    def back(
        self,
        name: str,
        slope: str,
        valid: tuple[Sample, ...] = BACK,
        invalid: tuple[Invalid, ...] = UNLIKE,
    ) -> Operation:
        """The way back of an operation on one array, whose gradient is multiplied by `slope`."""
        formula = rf"\frac{{\partial L}}{{\partial x}} = \frac{{\partial L}}{{\partial y}} \odot {slope}"
        return self.row(name, formula, "(...),(...)->(...)", valid, invalid)
