"""Rows of the dense layer."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import affine
from tuilab.kernels.later import later
from tuilab.kernels.reference import dense as reference

parallel = later("dense")

_X, _W, _B = Array((6, 5)), Array((5, 4)), Array((4,))
_ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")

register(
    Operation(
        "dense",
        r"y = f(x W + b)",
        "(batch,inputs),(inputs,units),(units)->(batch,units)",
        reference.dense,
        parallel.dense,
        (
            *(Sample((_X, _W, _B), {"activation": activation}) for activation in _ACTIVATIONS),
            Sample((Array((1, 1)), Array((1, 1)), Array((1,)))),
            Sample((Array((0, 5)), _W, _B)),
            Sample((Array((128, 90)), Array((90, 130)), Array((130,))), {"activation": "relu"}),
        ),
        (
            Invalid((_X, Array((4, 4)), _B), "dense takes the shapes"),
            Invalid((_X, _W, Array((5,))), "It was given (6, 5) and (5, 4) and (5,)"),
            Invalid((_X, _W, _B), "no activation 'softplus' is fused", {"activation": "softplus"}),
        ),
        "dense_gradient(gradient, output, x, w, activation, needs)",
        explain=affine,
    ),
    Operation(
        "dense_gradient",
        r"Z' = \frac{\partial L}{\partial Y} \odot f'(Z), \quad "
        r"\frac{\partial L}{\partial X} = Z' W^T, \quad "
        r"\frac{\partial L}{\partial W} = X^T Z', \quad \frac{\partial L}{\partial b} = \sum_{i} Z'_i",
        "(batch,units),(batch,units),(batch,inputs),(inputs,units)->(batch,inputs),(inputs,units),(units)",
        reference.dense_gradient,
        parallel.dense_gradient,
        (
            *(
                Sample((Array((6, 4)), Array((6, 4), "unit"), _X, _W), {"activation": activation})
                for activation in _ACTIVATIONS
            ),
            Sample((Array((6, 4)), Array((6, 4)), _X, _W), {"needs": (False, True, True)}),
        ),
    ),
)
