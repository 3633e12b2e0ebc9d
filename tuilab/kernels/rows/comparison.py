"""Rows of the comparisons, of their logic, and of the choice by them. They are flat: no gradient but zero."""

from tuilab.kernels.catalogue import Array, Invalid, Sample, register
from tuilab.kernels.explanation import element_wise
from tuilab.kernels.later import later
from tuilab.kernels.reference import comparison as reference
from tuilab.kernels.rows.elementwise import ONE, ORDERS, A, Subject

_TRUTHS = (
    Sample((Array((3, 4), "mask"), Array((3, 4), "mask"))),
    Sample((Array((3, 4), "mask"), Array((4,), "mask"))),
    Sample((Array((3, 1), "labels", 2), Array((1, 4), "labels", 2))),
    Sample((A, Array(()))),
)
_CHOICES = (
    Sample((Array((3, 4), "mask"), A, A)),
    Sample((Array((3, 4), "mask"), A, Array(()))),
    Sample((Array((3, 4), "mask"), Array((4,)), A)),
    Sample((Array((3, 1), "mask"), A, Array((1, 4)))),
    Sample((Array((4,), "mask"), Array((2, 1, 1)), Array((3, 1)))),
    Sample((Array((130, 100), "mask"), Array((130, 100)), Array((130, 100)))),
)

_subject = Subject(reference, later("comparison"))
of_one, of_pair = _subject.of_one, _subject.of_pair
_FLAT = (None, None)

register(
    of_pair("equal", r"c = [a = b]", _FLAT, element_wise("{0} = {1}"), ORDERS),
    of_pair("not_equal", r"c = [a \neq b]", _FLAT, element_wise("{0} ≠ {1}"), ORDERS),
    of_pair("less", r"c = [a < b]", _FLAT, element_wise("{0} < {1}"), ORDERS),
    of_pair("less_equal", r"c = [a \leq b]", _FLAT, element_wise("{0} ≤ {1}"), ORDERS),
    of_pair("greater", r"c = [a > b]", _FLAT, element_wise("{0} > {1}"), ORDERS),
    of_pair("greater_equal", r"c = [a \geq b]", _FLAT, element_wise("{0} ≥ {1}"), ORDERS),
    of_pair("logical_and", r"c = a \land b", _FLAT, element_wise("{0} and {1}"), _TRUTHS),
    of_pair("logical_or", r"c = a \lor b", _FLAT, element_wise("{0} or {1}"), _TRUTHS),
    of_one(
        "logical_not", r"y = \lnot x", None, element_wise("not {0}"), (Sample((Array((3, 4), "mask"),)), *ONE)
    ),
    of_one("isnan", r"y = [x \neq x]", None, element_wise("isnan({0})")),
    of_one("isinf", r"y = [|x| = \infty]", None, element_wise("isinf({0})")),
    of_one("isfinite", r"y = [|x| < \infty]", None, element_wise("isfinite({0})")),
    _subject.row(
        "where",
        r"z = [c] x + [\lnot c] y",
        "(...),(...),(...)->(...)",
        _CHOICES,
        (Invalid((Array((3, 4), "mask"), A, Array((3,))), "aligned from the right"),),
        (None, "sum_to(where(condition, gradient, 0), x)", "sum_to(where(condition, 0, gradient), y)"),
        explain=element_wise("{1} if {0} else {2}"),
    ),
)
