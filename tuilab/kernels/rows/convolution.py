"""Rows of the convolution and the transposed convolution of images."""

from typing import Any

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanations_windows import convolved, convolved_back
from tuilab.kernels.later import later
from tuilab.kernels.reference import convolution as reference

forward, backward = later("convolution"), later("convolution_gradient")
transposed = later("transposed_convolution")

_X, _W, _B = Array((1, 4, 5, 2)), Array((3, 2, 2, 3)), Array((3,))
_GUIDE = "V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning, 2016"


def _sample(x: Any, w: Any, **options: Any) -> Sample:
    return Sample((Array(x), Array(w), Array((w[3],))), options)


def _back(x: Any, w: Any, output: Any, **options: Any) -> Sample:
    return Sample((Array(output), Array(output, "unit"), Array(x), Array(w)), options)


register(
    Operation(
        "conv2d",
        r"y_{n,r,c,f} = \sigma\left( \sum_{i,j,k} x_{n,\, r s + i d,\, c s + j d,\, k} \, w_{i,j,k,f} "
        r"+ b_f \right)",
        "(batch,height,width,channels),(kernel_height,kernel_width,inputs,filters),(filters)"
        "->(batch,...,filters)",
        reference.conv2d,
        forward.conv2d,
        (
            Sample((_X, _W, _B), {"activation": "relu"}),
            _sample((2, 4, 3, 2), (3, 3, 2, 2), padding="same", activation="tanh"),
            _sample(
                (1, 6, 5, 4),
                (2, 3, 2, 4),
                strides=(2, 1),
                padding=((0, 1), (2, 0)),
                dilation=(1, 2),
                groups=2,
            ),
            _sample((1, 1, 1, 1), (1, 1, 1, 1)),
            _sample((0, 4, 5, 2), (3, 2, 2, 3)),
            _sample((18, 11, 9, 3), (3, 3, 3, 117), padding="same", activation="sigmoid"),
            _sample((2, 40, 70, 20), (2, 2, 20, 5), padding=((1, 0), (0, 1)), strides=3),
        ),
        (
            Invalid((_X, Array((3, 2, 3, 3)), _B), "2 channels in 1 groups need weights"),
            Invalid((_X, Array((5, 2, 2, 3)), _B), "a window of 5 x 2 does not fit into an image of 4 x 5"),
            Invalid((_X, _W, Array((2,))), "conv2d takes the shapes"),
            Invalid((_X, _W, _B), 'Expected "valid", "same" or', {"padding": "full"}),
            Invalid((_X, _W, _B), "strides=0. Expected a whole number", {"strides": 0}),
            Invalid((_X, _W, _B), "no activation 'softplus' is fused", {"activation": "softplus"}),
        ),
        "conv2d_gradient(gradient, output, x, w, strides, padding, dilation, groups, activation, needs)",
        source=_GUIDE,
        explain=convolved,
    ),
    Operation(
        "conv2d_gradient",
        r"Z' = \frac{\partial L}{\partial Y} \odot \sigma'(Z), \quad "
        r"\frac{\partial L}{\partial x_{n,u,v,k}} = \sum_{r s + i d = u} \sum_{c s + j d = v} \sum_{f} "
        r"z'_{n,r,c,f} \, w_{i,j,k,f}, \quad "
        r"\frac{\partial L}{\partial w_{i,j,k,f}} = \sum_{n,r,c} "
        r"x_{n,\, r s + i d,\, c s + j d,\, k} \, z'_{n,r,c,f}, "
        r"\quad \frac{\partial L}{\partial b_f} = \sum_{n,r,c} z'_{n,r,c,f}",
        "(batch,rows,columns,filters),(batch,rows,columns,filters),(batch,height,width,channels),"
        "(kernel_height,kernel_width,inputs,filters)"
        "->(batch,height,width,channels),(kernel_height,kernel_width,inputs,filters),(filters)",
        reference.conv2d_gradient,
        backward.conv2d_gradient,
        (
            _back((1, 4, 5, 2), (3, 2, 2, 3), (1, 2, 4, 3)),
            _back((2, 5, 4, 2), (3, 3, 2, 2), (2, 3, 2, 2), strides=2, padding="same", activation="relu"),
            _back((0, 4, 5, 2), (3, 2, 2, 3), (0, 2, 4, 3)),
            _back((2, 4, 5, 2), (3, 2, 2, 3), (2, 2, 4, 3), needs=(False, True, True)),
            _back((18, 11, 9, 6), (3, 3, 3, 70), (18, 9, 7, 70), groups=2, activation="tanh"),
            _back((2, 40, 70, 20), (2, 2, 20, 5), (2, 20, 35, 5), padding=((1, 0), (0, 1)), strides=2),
        ),
        (Invalid((_X, _X, _X, _W), "conv2d_gradient takes the shapes"),),
    ),
    Operation(
        "conv2d_transpose",
        r"y_{n,u,v,f} = \sigma\left( \sum_{r s + i d = u} \sum_{c s + j d = v} \sum_{k} "
        r"x_{n,r,c,k} \, w_{i,j,f,k} + b_f \right)",
        "(batch,rows,columns,channels),(kernel_height,kernel_width,filters,channels),(filters)"
        "->(batch,...,filters)",
        reference.conv2d_transpose,
        transposed.conv2d_transpose,
        (
            Sample((Array((1, 3, 2, 2)), Array((2, 3, 3, 2)), Array((3,)))),
            Sample(
                (Array((2, 2, 3, 2)), Array((3, 2, 2, 2)), Array((2,))),
                {"strides": 2, "padding": "same", "activation": "relu"},
            ),
            Sample(
                (Array((1, 3, 2, 2)), Array((3, 3, 1, 2)), Array((1,))),
                {
                    "strides": (2, 1),
                    "padding": ((1, 1), (0, 1)),
                    "output_padding": (1, 0),
                    "dilation": (1, 2),
                },
            ),
            Sample((Array((18, 4, 5, 20)), Array((3, 3, 40, 20)), Array((40,))), {"strides": 3}),
        ),
        (
            Invalid((_X, Array((3, 2, 3, 3)), _B), "conv2d_transpose takes the shapes"),
            Invalid(
                (_X, Array((2, 2, 3, 2)), _B), "output_padding=1. Expected 0 or more", {"output_padding": 1}
            ),
        ),
        "conv2d_transpose_gradient(gradient, output, x, w, strides, padding, dilation, output_padding, "
        "activation, needs)",
        source=_GUIDE,
        explain=convolved_back,
    ),
    Operation(
        "conv2d_transpose_gradient",
        r"\frac{\partial L}{\partial x} = \mathrm{conv2d}(Z', w), \quad "
        r"\frac{\partial L}{\partial w_{i,j,f,k}} = \sum_{n,r,c} "
        r"z'_{n,\, r s + i d,\, c s + j d,\, f} \, x_{n,r,c,k}, "
        r"\quad \frac{\partial L}{\partial b_f} = \sum_{n,u,v} z'_{n,u,v,f}",
        "(batch,height,width,filters),(batch,height,width,filters),(batch,rows,columns,channels),"
        "(kernel_height,kernel_width,filters,channels)"
        "->(batch,rows,columns,channels),(kernel_height,kernel_width,filters,channels),(filters)",
        reference.conv2d_transpose_gradient,
        transposed.conv2d_transpose_gradient,
        (_back((2, 2, 3, 2), (3, 2, 3, 2), (2, 4, 6, 3), strides=2, padding="same", activation="tanh"),),
    ),
)
