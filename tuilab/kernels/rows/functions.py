"""Rows of the functions of a single number."""

from tuilab.kernels.catalogue import register
from tuilab.kernels.explanation import element_wise
from tuilab.kernels.later import later
from tuilab.kernels.reference import functions as reference
from tuilab.kernels.rows.elementwise import POSITIVE, Subject

_subject = Subject(reference, later("functions"))
of_one = _subject.of_one

register(
    of_one(
        "sqrt",
        r"y = \sqrt{x}",
        "divide(rescale(gradient, 0.5), output)",
        element_wise("√({0})"),
        POSITIVE,
    ),
    of_one("exp", r"y = e^x", "multiply(gradient, output)", element_wise("exp({0})")),
    of_one("expm1", r"y = e^x - 1", "multiply(gradient, exp(x))", element_wise("exp({0}) - 1")),
    of_one("log", r"y = \log x", "divide(gradient, x)", element_wise("log({0})"), POSITIVE),
    of_one(
        "log1p",
        r"y = \log(1 + x)",
        "divide(gradient, rescale(x, 1, 1))",
        element_wise("log(1 + {0})"),
        POSITIVE,
    ),
    of_one("sin", r"y = \sin x", "multiply(gradient, cos(x))", element_wise("sin({0})")),
    of_one("cos", r"y = \cos x", "negative(multiply(gradient, sin(x)))", element_wise("cos({0})")),
    of_one(
        "erf",
        r"y = \frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2} \, dt",
        "erf_gradient(gradient, x)",
        element_wise("erf({0})"),
    ),
    _subject.back("erf_gradient", r"\frac{2}{\sqrt{\pi}} e^{-x^2}"),
)
