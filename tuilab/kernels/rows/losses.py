"""Rows of the cross-entropies."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import by_sample, element_wise
from tuilab.kernels.later import later
from tuilab.kernels.reference import losses as reference

parallel = later("losses")

_LOGITS, _TARGETS, _LABELS = Array((6, 4)), Array((6, 4), "probabilities"), Array((6,), "labels", 4)
_FLOW = Array((6,))
_BINARY = (
    Sample((Array((6, 1), "unit"), Array((6, 1), "unit"))),
    Sample((Array((5,), "unit"), Array((5,), "unit"))),
)
_UNLIKE = "needs predictions and targets of one shape"

register(
    Operation(
        "softmax_cross_entropy",
        r"L_i = -\sum_{j} t_{ij} \log \mathrm{softmax}(x_i)_j",
        "(batch,classes),(batch,classes)->(batch)",
        reference.softmax_cross_entropy,
        parallel.softmax_cross_entropy,
        (Sample((_LOGITS, _TARGETS)), Sample((Array((0, 3)), Array((0, 3))))),
        (Invalid((_LOGITS, Array((6, 3))), "softmax_cross_entropy takes the shapes"),),
        ("softmax_cross_entropy_gradient(gradient, logits, targets)", None),
        explain=by_sample("-Σ t log softmax(x)"),
    ),
    Operation(
        "softmax_cross_entropy_gradient",
        r"\frac{\partial L}{\partial x_{ij}} = g_i \left( \mathrm{softmax}(x_i)_j "
        r"\sum_{k} t_{ik} - t_{ij} \right)",
        "(batch),(batch,classes),(batch,classes)->(batch,classes)",
        reference.softmax_cross_entropy_gradient,
        parallel.softmax_cross_entropy_gradient,
        (Sample((_FLOW, _LOGITS, _TARGETS)),),
        (Invalid((Array((2,)), _LOGITS, _TARGETS), "takes the shapes (batch),(batch,classes)"),),
    ),
    Operation(
        "sparse_softmax_cross_entropy",
        r"L_i = -\log \mathrm{softmax}(x_i)_{t_i}",
        "(batch,classes),(batch)->(batch)",
        reference.sparse_softmax_cross_entropy,
        parallel.sparse_softmax_cross_entropy,
        (Sample((_LOGITS, _LABELS)), Sample((Array((300, 10)), Array((300,), "labels", 10)))),
        (
            Invalid((_LOGITS, Array((5,), "labels", 4)), "sparse_softmax_cross_entropy takes the shapes"),
            Invalid((Array((600, 4)), Array((600,), "labels", 9)), "but there are 4 classes"),
            Invalid((_LOGITS, Array((6,))), "whole class numbers"),
        ),
        ("sparse_softmax_cross_entropy_gradient(gradient, logits, labels)", None),
        explain=by_sample("-log softmax(x)[t]"),
    ),
    Operation(
        "sparse_softmax_cross_entropy_gradient",
        r"\frac{\partial L}{\partial x_{ij}} = g_i \left( \mathrm{softmax}(x_i)_j - [j = t_i] \right)",
        "(batch),(batch,classes),(batch)->(batch,classes)",
        reference.sparse_softmax_cross_entropy_gradient,
        parallel.sparse_softmax_cross_entropy_gradient,
        (Sample((_FLOW, _LOGITS, _LABELS)),),
        (Invalid((_FLOW, _LOGITS, Array((6,), "labels", 400)), "but there are 4 classes"),),
    ),
    Operation(
        "cross_entropy",
        r"L_i = -\sum_{j} t_{ij} \log \frac{p_{ij}}{\sum_{k} p_{ik}}",
        "(batch,classes),(batch,classes)->(batch)",
        reference.cross_entropy,
        parallel.cross_entropy,
        (Sample((Array((6, 4), "unit"), _TARGETS)), Sample((_TARGETS, _TARGETS))),
        (Invalid((_TARGETS, Array((4, 6), "unit")), "cross_entropy takes the shapes"),),
        ("cross_entropy_gradient(gradient, probabilities, targets)", None),
        explain=by_sample("-Σ t log(p / Σ p)"),
    ),
    Operation(
        "cross_entropy_gradient",
        r"\frac{\partial L}{\partial p_{ij}} = \frac{g_i}{\sum_{k} p_{ik}} \left( \sum_{k} t_{ik} - "
        r"\frac{t_{ij} \sum_{k} p_{ik}}{p_{ij}} \right)",
        "(batch),(batch,classes),(batch,classes)->(batch,classes)",
        reference.cross_entropy_gradient,
        parallel.cross_entropy_gradient,
        (Sample((_FLOW, Array((6, 4), "unit"), _TARGETS)),),
        (Invalid((_FLOW, Array((6, 4), "unit"), Array((4,))), "takes the shapes (batch),(batch,classes)"),),
    ),
    Operation(
        "binary_cross_entropy",
        r"L = -t \log p - (1 - t) \log (1 - p)",
        "(...),(...)->(...)",
        reference.binary_cross_entropy,
        parallel.binary_cross_entropy,
        _BINARY,
        (Invalid((Array((6, 1), "unit"), Array((6,), "unit")), _UNLIKE),),
        ("binary_cross_entropy_gradient(gradient, probabilities, targets)", None),
        explain=element_wise("-{1} log({0}) - (1 - {1}) log(1 - {0})"),
    ),
    Operation(
        "binary_cross_entropy_gradient",
        r"\frac{\partial L}{\partial p} = g \, \frac{p - t}{p (1 - p)}",
        "(...),(...),(...)->(...)",
        reference.binary_cross_entropy_gradient,
        parallel.binary_cross_entropy_gradient,
        (Sample((Array((5,)), Array((5,), "unit"), Array((5,), "unit"))),),
    ),
    Operation(
        "sigmoid_cross_entropy",
        r"L = \max(x, 0) - x t + \log (1 + e^{-|x|})",
        "(...),(...)->(...)",
        reference.sigmoid_cross_entropy,
        parallel.sigmoid_cross_entropy,
        (Sample((Array((6, 1)), Array((6, 1), "unit"))), Sample((Array((5,)), Array((5,), "unit")))),
        (Invalid((Array((6, 1)), Array((6,), "unit")), _UNLIKE),),
        ("sigmoid_cross_entropy_gradient(gradient, logits, targets)", None),
        explain=element_wise("max({0}, 0) - {0} · {1} + log(1 + exp(-|{0}|))"),
    ),
    Operation(
        "sigmoid_cross_entropy_gradient",
        r"\frac{\partial L}{\partial x} = g \left( \frac{1}{1 + e^{-x}} - t \right)",
        "(...),(...),(...)->(...)",
        reference.sigmoid_cross_entropy_gradient,
        parallel.sigmoid_cross_entropy_gradient,
        (Sample((Array((5,)), Array((5,)), Array((5,), "unit"))),),
    ),
)
