"""Rows of what only moves numbers: other shapes, other orders, parts, margins, arrays side by side."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import moved
from tuilab.kernels.later import later
from tuilab.kernels.reference import shaping as reference

parallel = later("shaping")

_X = Array((3, 4))
_PART = {"begin": (1, 1), "end": (3, 4), "step": (1, 2)}
_WIDTHS = ((1, 0), (2, 0))

register(
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
        "transpose",
        r"y_{ji} = x_{ij}",
        "(...)->(...)",
        reference.transpose,
        parallel.transpose,
        (
            Sample((Array((2, 3)),)),
            Sample((Array((2, 3, 4)),), {"axes": (1, 2, 0)}),
            Sample((Array((3,)),)),
        ),
        (Invalid((_X,), "must name each of the 2 axes once", {"axes": (0, 0)}),),
        ("transpose_gradient(gradient, axes)",),
        explain=moved,
    ),
    Operation(
        "transpose_gradient",
        r"\frac{\partial L}{\partial x_{ij}} = \frac{\partial L}{\partial y_{ji}}",
        "(...)->(...)",
        reference.transpose_gradient,
        parallel.transpose_gradient,
        (Sample((Array((2, 3, 4)),), {"axes": (1, 2, 0)}),),
    ),
    Operation(
        "matrix_transpose",
        r"y_{\ldots ji} = x_{\ldots ij}",
        "(...,m,n)->(...,n,m)",
        reference.matrix_transpose,
        parallel.matrix_transpose,
        (Sample((Array((2, 3, 4)),)),),
        (Invalid((Array((3,)),), "needs two axes or more"),),
        ("matrix_transpose(gradient)",),
        explain=moved,
    ),
    Operation(
        "expand_dims",
        r"y_{i1j} = x_{ij}",
        "(...)->(...)",
        reference.expand_dims,
        parallel.expand_dims,
        (Sample((_X,), {"axis": 1}), Sample((Array(()),))),
        (Invalid((_X,), "axis 4", {"axis": 4}),),
        ("reshape(gradient, x.shape)",),
        explain=moved,
    ),
    Operation(
        "squeeze",
        r"y_{ij} = x_{i1j}",
        "(...)->(...)",
        reference.squeeze,
        parallel.squeeze,
        (Sample((Array((3, 1, 4)),), {"axis": 1}), Sample((Array((1, 2, 1)),))),
        (Invalid((_X,), "axis 0 of (3, 4) has the size 3. Expected 1", {"axis": 0}),),
        ("reshape(gradient, x.shape)",),
        explain=moved,
    ),
    Operation(
        "flip",
        r"y_i = x_{n+1-i}",
        "(...)->(...)",
        reference.flip,
        parallel.flip,
        (Sample((_X,), {"axis": 1}), Sample((_X,))),
        (Invalid((_X,), "axis 2", {"axis": 2}),),
        ("flip(gradient, axis)",),
        explain=moved,
    ),
    Operation(
        "slice",
        r"y_i = x_{b + i s}",
        "(...)->(...)",
        reference.slice,
        parallel.slice,
        (Sample((_X,), _PART), Sample((_X,), {"begin": (0, 2), "end": (0, 4), "step": (1, 1)})),
        (
            Invalid((_X,), "must go forward", {"begin": (0, 0), "end": (3, 4), "step": (1, -1)}),
            Invalid((_X,), "for each of the 2 axes", {"begin": (0,), "end": (3,), "step": (1,)}),
        ),
        ("slice_gradient(gradient, x, begin, end, step)",),
        explain=moved,
    ),
    Operation(
        "slice_gradient",
        r"\frac{\partial L}{\partial x_{b + i s}} = \frac{\partial L}{\partial y_i}",
        "(...),(...)->(...)",
        reference.slice_gradient,
        parallel.slice_gradient,
        (Sample((Array((2, 2)), _X), _PART),),
        (Invalid((Array((2, 3)), _X), "needs a gradient of the shape (2, 2)", _PART),),
    ),
    Operation(
        "pad",
        r"y_{b + i} = x_i, \quad y = v \text{ elsewhere}",
        "(...)->(...)",
        reference.pad,
        parallel.pad,
        (
            Sample((_X,), {"widths": _WIDTHS}),
            Sample((_X,), {"widths": ((0, 0), (1, 1)), "value": 1.5}),
        ),
        (Invalid((_X,), "must be a pair (before, after)", {"widths": ((1, 1),)}),),
        ("pad_gradient(gradient, x, widths)",),
        explain=moved,
    ),
    Operation(
        "pad_gradient",
        r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_{b + i}}",
        "(...),(...)->(...)",
        reference.pad_gradient,
        parallel.pad_gradient,
        (Sample((Array((4, 6)), _X), {"widths": _WIDTHS}),),
        (Invalid((_X, _X), "needs a gradient of the shape (4, 6)", {"widths": _WIDTHS}),),
    ),
    Operation(
        "concatenate",
        r"y = \left( a, b, \dots \right)",
        "(...)*->(...)",
        reference.concatenate,
        parallel.concatenate,
        (
            Sample((_X, Array((2, 4)))),
            Sample((_X, Array((3, 0)), Array((3, 2))), {"axis": -1}),
            Sample((_X,)),
        ),
        (Invalid((_X, Array((3, 5))), "differ in axis 0 only. It was given (3, 4) and (3, 5)"),),
        "concatenate_gradient(gradient, *arrays, axis=axis)",
        explain=moved,
    ),
    Operation(
        "concatenate_gradient",
        r"\frac{\partial L}{\partial a} = \text{its part of } \frac{\partial L}{\partial y}",
        "(...),(...)*->(...)*",
        reference.concatenate_gradient,
        parallel.concatenate_gradient,
        (Sample((Array((5, 4)), _X, Array((2, 4)))),),
        (Invalid((_X, _X, _X), "needs a gradient of the shape (6, 4)"),),
    ),
)
