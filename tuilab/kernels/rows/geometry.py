"""Rows of images moved by affine maps."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanations_geometry import sampled
from tuilab.kernels.later import later
from tuilab.kernels.reference import geometry as reference

parallel = later("geometry")

_X, _MATRIX, _OFFSET = Array((2, 4, 3, 2)), Array((2, 2, 2), "unit"), Array((2, 2), "unit")

register(
    Operation(
        "affine_image",
        r"y_p = \sum_{q} \max(0, 1 - |s_1 - q_1|) \, \max(0, 1 - |s_2 - q_2|) \, x_q, \quad s = A p + t",
        "(batch,height,width,channels),(batch,2,2),(batch,2)->(batch,height,width,channels)",
        reference.affine_image,
        parallel.affine_image,
        (
            Sample((_X, _MATRIX, _OFFSET)),
            Sample((Array((1, 3, 5, 1)), Array((1, 2, 2)), Array((1, 2)))),
            Sample((Array((0, 3, 3, 1)), Array((0, 2, 2)), Array((0, 2)))),
        ),
        (Invalid((_X, Array((1, 2, 2)), _OFFSET), "affine_image takes the shapes"),),
        "affine_image_gradient(gradient, x, matrix, offset, needs)",
        source="M. Jaderberg, K. Simonyan, A. Zisserman, K. Kavukcuoglu, Spatial Transformer Networks, 2015",
        explain=sampled,
    ),
    Operation(
        "affine_image_gradient",
        r"\frac{\partial L}{\partial x_q} = \sum_{p} w_{pq} \frac{\partial L}{\partial y_p}, \quad "
        r"g_p = \sum_{q} \frac{\partial L}{\partial y_p} \frac{\partial w_{pq}}{\partial s} x_q, \quad "
        r"\frac{\partial L}{\partial A} = \sum_{p} g_p p^T, \quad "
        r"\frac{\partial L}{\partial t} = \sum_{p} g_p",
        "(batch,height,width,channels),(batch,height,width,channels),(batch,2,2),(batch,2)"
        "->(batch,height,width,channels),(batch,2,2),(batch,2)",
        reference.affine_image_gradient,
        parallel.affine_image_gradient,
        (
            Sample((_X, _X, _MATRIX, _OFFSET)),
            Sample((_X, _X, _MATRIX, _OFFSET), {"needs": (False, True, True)}),
        ),
        (Invalid((Array((2, 3, 3, 2)), _X, _MATRIX, _OFFSET), "affine_image_gradient takes the shapes"),),
    ),
)
