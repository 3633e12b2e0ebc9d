"""Rows of softmax and its logarithm."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import across
from tuilab.kernels.later import later
from tuilab.kernels.reference import softmax as reference

parallel = later("softmax")

_LOGITS, _SHARES = Array((6, 4)), Array((6, 4), "probabilities")
_VALID = (
    Sample((_LOGITS,)),
    Sample((Array((2, 3, 5)),)),
    Sample((Array((3,)),)),
    Sample((Array((0, 3)),)),
    Sample((Array((2, 3, 5)),), {"axis": 1}),
    Sample((_LOGITS,), {"axis": 0}),
    Sample((Array((5, 40)),), {"axis": 1}),
    Sample((Array((40, 300)),), {"axis": 0}),
)
_INVALID = (
    Invalid((Array(()),), "at least one class"),
    Invalid((_LOGITS,), "goes along one axis", {"axis": None}),
    Invalid((_LOGITS,), "axis 2", {"axis": 2}),
)
_BACK = (Sample((_LOGITS, _SHARES)), Sample((_LOGITS, _SHARES), {"axis": 0}))

register(
    Operation(
        "softmax",
        r"y_j = \frac{e^{x_j}}{\sum_{k} e^{x_k}}",
        "(...,classes)->(...,classes)",
        reference.softmax,
        parallel.softmax,
        _VALID,
        _INVALID,
        ("softmax_gradient(gradient, output, axis)",),
        explain=across(formula="exp({0}) / Σ exp({all})"),
    ),
    Operation(
        "softmax_gradient",
        r"\frac{\partial L}{\partial x_j} = y_j \left( g_j - \sum_{k} g_k y_k \right)",
        "(...,classes),(...,classes)->(...,classes)",
        reference.softmax_gradient,
        parallel.softmax_gradient,
        _BACK,
        (Invalid((_LOGITS, Array((4,))), "softmax_gradient needs arrays of one shape"),),
    ),
    Operation(
        "log_softmax",
        r"y_j = x_j - \log \sum_{k} e^{x_k}",
        "(...,classes)->(...,classes)",
        reference.log_softmax,
        parallel.log_softmax,
        _VALID,
        _INVALID,
        ("log_softmax_gradient(gradient, output, axis)",),
        explain=across(formula="{0} - log Σ exp({all})"),
    ),
    Operation(
        "log_softmax_gradient",
        r"\frac{\partial L}{\partial x_j} = g_j - e^{y_j} \sum_{k} g_k",
        "(...,classes),(...,classes)->(...,classes)",
        reference.log_softmax_gradient,
        parallel.log_softmax_gradient,
        _BACK,
        (Invalid((_LOGITS, Array((4,))), "log_softmax_gradient needs arrays of one shape"),),
    ),
)
