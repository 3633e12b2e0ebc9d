"""Rows of what is picked by places, and put back to them."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import added_by_place, element_wise, moved
from tuilab.kernels.later import later
from tuilab.kernels.reference import selection as reference

parallel = later("selection")

_X, _PLACES = Array((5, 3)), Array((16,), "labels", 5)
_ALONG = Array((5, 2), "labels", 3)
_GRID, _PAIRS = Array((3, 3, 2)), Array((40, 2), "labels", 3)

register(
    Operation(
        "take",
        r"y_{j} = x_{i_j}",
        "(...),(...)->(...)",
        reference.take,
        parallel.take,
        (
            Sample((_X, _PLACES)),
            Sample((Array((2, 5, 3)), Array((2, 2), "labels", 5)), {"axis": 1}),
            Sample((Array((300, 40)), Array((70,), "labels", 300))),
        ),
        (
            Invalid((_X, Array((4,), "labels", 500)), "axis 0 has the places 0 to 4"),
            Invalid((_X, Array((4,))), "takes whole numbers as indices"),
        ),
        ("take_gradient(gradient, x, indices, axis)", None),
        explain=moved,
    ),
    Operation(
        "take_gradient",
        r"\frac{\partial L}{\partial x_i} = \sum_{j: i_j = i} \frac{\partial L}{\partial y_j}",
        "(...),(...),(...)->(...)",
        reference.take_gradient,
        parallel.take_gradient,
        (Sample((Array((16, 3)), _X, _PLACES)),),
        (Invalid((_X, _X, _PLACES), "needs a gradient of the shape (16, 3)"),),
    ),
    Operation(
        "scatter_add",
        r"y_i = x_i + \sum_{j: i_j = i} u_j",
        "(...),(...),(...)->(...)",
        reference.scatter_add,
        parallel.scatter_add,
        (
            Sample((_X, _PLACES, Array((16, 3)))),
            Sample((Array((2, 5)), Array((7,), "labels", 5), Array((2, 7))), {"axis": 1}),
        ),
        (
            Invalid((_X, _PLACES, _X), "needs updates of the shape (16, 3)"),
            Invalid((_X, Array((4,), "labels", 500), Array((4, 3))), "axis 0 has the places 0 to 4"),
        ),
        ("gradient", None, "take(gradient, indices, axis)"),
        explain=added_by_place,
    ),
    Operation(
        "take_along_axis",
        r"y_{ij} = x_{i k_{ij}}",
        "(...),(...)->(...)",
        reference.take_along_axis,
        parallel.take_along_axis,
        (Sample((_X, _ALONG)), Sample((Array((3, 5)), Array((2, 5), "labels", 3)), {"axis": 0})),
        (Invalid((_X, _PLACES), "needs indices of the shape of x but for axis -1"),),
        ("take_along_axis_gradient(gradient, x, indices, axis)", None),
        explain=moved,
    ),
    Operation(
        "take_along_axis_gradient",
        r"\frac{\partial L}{\partial x_{ik}} = \sum_{j: k_{ij} = k} \frac{\partial L}{\partial y_{ij}}",
        "(...),(...),(...)->(...)",
        reference.take_along_axis_gradient,
        parallel.take_along_axis_gradient,
        (Sample((Array((5, 2)), _X, _ALONG)),),
        (Invalid((_X, _X, _ALONG), "needs a gradient of the shape (5, 2)"),),
    ),
    Operation(
        "gather_nd",
        r"y_j = x_{i_{j1}, i_{j2}, \dots}",
        "(...),(picks,axes)->(...)",
        reference.gather_nd,
        parallel.gather_nd,
        (
            Sample((_GRID, _PAIRS)),
            Sample((_GRID, Array((4, 3), "labels", 2))),
            Sample((Array((3, 4, 2)), Array((4, 1), "labels", 3))),
        ),
        (
            Invalid((_GRID, Array((4, 2), "labels", 500)), "axis 0 has the places 0 to 2"),
            Invalid(
                (_GRID, Array((4, 4), "labels", 2)), "needs whole numbers of the shape (…, axes), 1 to 3"
            ),
        ),
        ("gather_nd_gradient(gradient, x, indices)", None),
        explain=moved,
    ),
    Operation(
        "gather_nd_gradient",
        r"\frac{\partial L}{\partial x_i} = \sum_{j: i_j = i} \frac{\partial L}{\partial y_j}",
        "(...),(...),(picks,axes)->(...)",
        reference.gather_nd_gradient,
        parallel.gather_nd_gradient,
        (Sample((Array((40, 2)), _GRID, _PAIRS)),),
        (Invalid((_GRID, _GRID, _PAIRS), "needs a gradient of the shape (40, 2)"),),
    ),
    Operation(
        "one_hot",
        r"y_{ij} = [t_i = j]",
        "(...)->(...,classes)",
        reference.one_hot,
        parallel.one_hot,
        (Sample((Array((4,), "labels", 3),), {"classes": 3}),),
        (
            Invalid((Array((4,), "labels", 300),), "but there are 3 classes", {"classes": 3}),
            Invalid((Array((4,)),), "whole class numbers", {"classes": 3}),
        ),
        explain=element_wise("is the class {0}"),
    ),
)
