"""Rows of products of matrices."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import matrix_product
from tuilab.kernels.later import later
from tuilab.kernels.reference import products as reference

parallel = later("products")

register(
    Operation(
        "matmul",
        r"c_{ij} = \sum_{k} a_{ik} b_{kj}",
        "(...,m,k),(...,k,n)->(...,m,n)",
        reference.matmul,
        parallel.matmul,
        (
            Sample((Array((2, 3)), Array((3, 2)))),
            Sample((Array((1, 1)), Array((1, 1)))),
            Sample((Array((0, 3)), Array((3, 2)))),
            Sample((Array((2, 0)), Array((0, 2)))),
            Sample((Array((2, 1, 3, 4)), Array((3, 4, 2)))),
            Sample((Array((130, 70)), Array((70, 300)))),
            Sample((Array((20, 9, 40)), Array((20, 40, 33)))),
            Sample((Array((300, 270)), Array((270, 260)))),
        ),
        (
            Invalid(
                (Array((32, 10)), Array((12, 4))), "matmul needs the inner sizes to match: (32, 10) @ (12, 4)"
            ),
            Invalid((Array((3, 2)), Array((3, 4))), "Did you mean a.T?"),
            Invalid((Array((3,)), Array((3, 4))), "matmul takes the shapes (...,m,k),(...,k,n)"),
            Invalid((Array((2, 3, 4)), Array((5, 4, 3))), "cannot be broadcast together"),
        ),
        (
            "sum_to(matmul(gradient, matrix_transpose(b)), a)",
            "sum_to(matmul(matrix_transpose(a), gradient), b)",
        ),
        explain=matrix_product,
    ),
)
