"""Rows of the powers."""

from tuilab.kernels.catalogue import Array, Invalid, Sample, register
from tuilab.kernels.explanation import element_wise
from tuilab.kernels.later import later
from tuilab.kernels.reference import powers as reference
from tuilab.kernels.rows.elementwise import THREES, UNFIT, UNFIT_THREES, A, Subject

_POSITIVE = Array((3, 4), "positive")
_POWERS = (
    Sample((_POSITIVE, A)),
    Sample((_POSITIVE, Array((4,)))),
    Sample((Array((3, 1), "positive"), Array((1, 4)))),
    Sample((Array((), "positive"), A)),
)
_THREES = tuple(
    Sample((one.inputs[0], Array(one.inputs[1].shape, "positive"), one.inputs[2])) for one in THREES
)

_subject = Subject(reference, later("powers"))
of_one, of_pair = _subject.of_one, _subject.of_pair

register(
    of_one(
        "power",
        r"y = x^n",
        "power_gradient(gradient, x, exponent)",
        element_wise("{0} ^ {exponent}"),
        (
            Sample((_POSITIVE,), {"exponent": 2}),
            Sample((A,), {"exponent": 2}),
            Sample((_POSITIVE,), {"exponent": 0.5}),
            Sample((Array((2,), "positive"),), {"exponent": -1}),
            Sample((A,), {"exponent": 0}),
        ),
    ),
    _subject.back(
        "power_gradient",
        r"n x^{n-1}",
        (
            Sample((A, _POSITIVE), {"exponent": 3}),
            Sample((A, _POSITIVE), {"exponent": 0.5}),
            Sample((A, A), {"exponent": 0}),
        ),
        (Invalid((A, Array((4, 3))), "power_gradient needs arrays of one shape", {"exponent": 3}),),
    ),
    of_pair(
        "pow",
        r"c = a^b",
        ("sum_to(pow_gradient(gradient, a, b), a)", "sum_to(pow_exponent_gradient(gradient, a, b), b)"),
        element_wise("{0} ^ {1}"),
        _POWERS,
        (
            *UNFIT,
            Invalid((Array((3,), "bytes"), Array((3,), "negative")), "makes fractions of whole numbers"),
        ),
    ),
    _subject.row(
        "pow_gradient",
        r"\frac{\partial L}{\partial a} = \frac{\partial L}{\partial c} \odot b a^{b-1}",
        "(...),(...),(...)->(...)",
        _THREES,
        UNFIT_THREES,
    ),
    _subject.row(
        "pow_exponent_gradient",
        r"\frac{\partial L}{\partial b} = \frac{\partial L}{\partial c} \odot a^b \log a",
        "(...),(...),(...)->(...)",
        _THREES,
        UNFIT_THREES,
    ),
)
