"""Rows of the matrix product, the views of a matrix, and the dense layer."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import affine, matrix_product, moved
from tuilab.kernels.later import later
from tuilab.kernels.reference import products as reference

parallel = later("products")

_X, _W, _B = Array((6, 5)), Array((5, 4)), Array((4,))
_ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")

register(
    Operation(
        "matmul",
        r"c_{ij} = \sum_{k} a_{ik} b_{kj}",
        "(m,k),(k,n)->(m,n)",
        reference.matmul,
        parallel.matmul,
        (
            Sample((Array((2, 3)), Array((3, 2)))),
            Sample((Array((1, 1)), Array((1, 1)))),
            Sample((Array((0, 3)), Array((3, 2)))),
            Sample((Array((2, 0)), Array((0, 2)))),
            Sample((Array((130, 70)), Array((70, 300)))),
            Sample((Array((300, 270)), Array((270, 260)))),
        ),
        (
            Invalid(
                (Array((32, 10)), Array((12, 4))), "matmul needs the inner sizes to match: (32, 10) @ (12, 4)"
            ),
            Invalid((Array((3, 2)), Array((3, 4))), "Did you mean a.T?"),
            Invalid((Array((3,)), Array((3, 4))), "matmul takes the shapes (m,k),(k,n)"),
        ),
        ("matmul(gradient, transpose(b))", "matmul(transpose(a), gradient)"),
        explain=matrix_product,
    ),
    Operation(
        "transpose",
        r"y_{ji} = x_{ij}",
        "(...)->(...)",
        reference.transpose,
        parallel.transpose,
        (Sample((Array((2, 3)),)), Sample((Array((2, 3, 4)),)), Sample((Array((3,)),))),
        (),
        ("transpose(gradient)",),
        explain=moved,
    ),
    Operation(
        "reshape",
        r"y = x \text{ in rows of another length}",
        "(...)->(...)",
        reference.reshape,
        parallel.reshape,
        (
            Sample((Array((2, 6)),), {"shape": (3, 4)}),
            Sample((Array((2, 3, 4)),), {"shape": (2, -1)}),
            Sample((Array((0, 3)),), {"shape": (0, 5)}),
        ),
        (
            Invalid((Array((2, 3)),), "has 6 elements, which cannot fill (4, 2)", {"shape": (4, 2)}),
            Invalid((Array((2, 3)),), "at most one -1", {"shape": (-1, -1)}),
        ),
        ("reshape(gradient, x.shape)",),
        explain=moved,
    ),
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
