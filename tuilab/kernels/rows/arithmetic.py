"""Rows of the arithmetic operations."""

from tuilab.kernels.catalogue import Array, Invalid, Sample, register
from tuilab.kernels.explanation import combined, element_wise, multiplied, weighted
from tuilab.kernels.later import later
from tuilab.kernels.reference import arithmetic as reference
from tuilab.kernels.rows.elementwise import QUOTIENTS, THREES, UNFIT_THREES, A, Subject

_DISTINCT = Array((3, 4), "distinct")
_LOW_ABOVE_HIGH = "needs low <= high. It was given low=2 and high=1"
_BOUNDS = ({"low": -1, "high": 1}, {"low": -0.5, "high": float("inf")})

_subject = Subject(reference, later("arithmetic"))
of_one, of_pair = _subject.of_one, _subject.of_pair

register(
    of_pair("add", r"c = a + b", ("sum_to(gradient, a)", "sum_to(gradient, b)"), weighted(1, 1)),
    of_pair(
        "subtract", r"c = a - b", ("sum_to(gradient, a)", "sum_to(negative(gradient), b)"), weighted(1, -1)
    ),
    of_pair(
        "multiply",
        r"c = a \odot b",
        ("sum_to(multiply(gradient, b), a)", "sum_to(multiply(gradient, a), b)"),
        multiplied,
    ),
    of_pair(
        "divide",
        r"c = \frac{a}{b}",
        ("sum_to(divide(gradient, b), a)", "sum_to(negative(multiply(gradient, divide(output, b))), b)"),
        element_wise("{0} / {1}"),
        QUOTIENTS,
    ),
    of_pair(
        "floor_divide",
        r"c = \left\lfloor \frac{a}{b} \right\rfloor",
        (None, None),
        element_wise("floor({0} / {1})"),
        QUOTIENTS,
    ),
    of_pair(
        "mod",
        r"c = a - b \left\lfloor \frac{a}{b} \right\rfloor",
        ("sum_to(gradient, a)", "sum_to(negative(multiply(gradient, floor_divide(a, b))), b)"),
        element_wise("{0} mod {1}"),
        QUOTIENTS,
    ),
    of_pair(
        "maximum",
        r"c = \max(a, b)",
        ("sum_to(maximum_gradient(gradient, a, b), a)", "sum_to(maximum_gradient(gradient, b, a), b)"),
        combined("largest"),
    ),
    of_pair(
        "minimum",
        r"c = \min(a, b)",
        ("sum_to(maximum_gradient(gradient, b, a), a)", "sum_to(maximum_gradient(gradient, a, b), b)"),
        combined("smallest"),
    ),
    _subject.row(
        "maximum_gradient",
        r"\frac{\partial L}{\partial a} = \frac{\partial L}{\partial c} \odot "
        r"\left( [a > b] + \frac{1}{2} [a = b] \right)",
        "(...),(...),(...)->(...)",
        THREES,
        UNFIT_THREES,
    ),
    of_one("negative", r"y = -x", "negative(gradient)", weighted(-1)),
    of_one("abs", r"y = |x|", "multiply(gradient, sign(x))", element_wise("|{0}|")),
    of_one("sign", r"y = [x > 0] - [x < 0]", None, element_wise("sign({0})")),
    of_one("floor", r"y = \lfloor x \rfloor", None, element_wise("floor({0})")),
    of_one("ceil", r"y = \lceil x \rceil", None, element_wise("ceil({0})")),
    of_one("round", r"y = \mathrm{round}(x)", None, element_wise("round({0})")),
    of_one(
        "clip",
        r"y = \min(\max(x, \mathrm{low}), \mathrm{high})",
        "clip_gradient(gradient, x, low, high)",
        element_wise("min(max({0}, {low}), {high})"),
        tuple(Sample((_DISTINCT,), one) for one in _BOUNDS),
        (Invalid((A,), f"clip {_LOW_ABOVE_HIGH}", {"low": 2, "high": 1}),),
    ),
    _subject.back(
        "clip_gradient",
        r"[\mathrm{low} \leq x \leq \mathrm{high}]",
        tuple(Sample((A, _DISTINCT), one) for one in _BOUNDS),
        (
            Invalid((A, Array((4,))), "needs arrays of one shape", {"low": 0, "high": 1}),
            Invalid((A, A), f"clip_gradient {_LOW_ABOVE_HIGH}", {"low": 2, "high": 1}),
        ),
    ),
    of_one(
        "rescale",
        r"y = \mathrm{scale} \cdot x + \mathrm{offset}",
        "rescale(gradient, scale)",
        element_wise("{scale} · {0} + {offset}"),
        (
            Sample((A,), {"scale": 0.5, "offset": 1.0}),
            Sample((Array((2, 3, 3), "bytes"),), {"scale": 1 / 255}),
        ),
    ),
)
