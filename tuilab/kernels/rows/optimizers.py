"""Rows of the optimizers' updates."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import element_wise
from tuilab.kernels.later import later
from tuilab.kernels.reference import optimizers as reference

parallel = later("optimizers")

_P, _G, _V = Array((3, 4)), Array((3, 4)), Array((3, 4), "positive")
_UNLIKE = "needs a parameter, a gradient and memory of one shape"

register(
    Operation(
        "sgd",
        r"w \leftarrow w - \eta g",
        "(...),(...)->(...)",
        reference.sgd,
        parallel.sgd,
        (Sample((_P, _G), {"learning_rate": 0.1}),),
        (Invalid((_P, Array((4, 3))), _UNLIKE, {"learning_rate": 0.1}),),
        source="H. Robbins, S. Monro, 1951, A Stochastic Approximation Method",
        explain=element_wise("{0} - {learning_rate} · {1}"),
    ),
    Operation(
        "momentum",
        r"v \leftarrow \mu v - \eta g, \quad w \leftarrow w + v",
        "(...),(...),(...)->(...),(...)",
        reference.momentum,
        parallel.momentum,
        (
            Sample((_P, _G, _P), {"learning_rate": 0.1}),
            Sample((_P, _G, _P), {"learning_rate": 0.1, "momentum": 0.5, "nesterov": True}),
        ),
        (Invalid((_P, _G, Array((4,))), _UNLIKE, {"learning_rate": 0.1}),),
        source="I. Sutskever et al., 2013, On the importance of initialization and momentum in deep learning",
        explain=element_wise(""),
    ),
    Operation(
        "adagrad",
        r"s \leftarrow s + g^2, \quad w \leftarrow w - \frac{\eta g}{\sqrt{s + \epsilon}}",
        "(...),(...),(...)->(...),(...)",
        reference.adagrad,
        parallel.adagrad,
        (Sample((_P, _G, _V), {"learning_rate": 0.1}),),
        (Invalid((_P, _G, Array((4,))), _UNLIKE, {"learning_rate": 0.1}),),
        source="J. Duchi, E. Hazan, Y. Singer, 2011, Adaptive Subgradient Methods for Online Learning",
        explain=element_wise(""),
    ),
    Operation(
        "rmsprop",
        r"s \leftarrow \rho s + (1 - \rho) g^2, \quad w \leftarrow w - \frac{\eta g}{\sqrt{s + \epsilon}}",
        "(...),(...),(...)->(...),(...)",
        reference.rmsprop,
        parallel.rmsprop,
        (Sample((_P, _G, _V), {"learning_rate": 0.01}),),
        (Invalid((_P, _G, Array((4,))), _UNLIKE, {"learning_rate": 0.1}),),
        source="G. Hinton, T. Tieleman, 2012, Lecture 6.5, rmsprop",
        explain=element_wise(""),
    ),
    Operation(
        "adam",
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
        r"w \leftarrow w - \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \frac{m}{\sqrt{v} + \epsilon}",
        "(...),(...),(...),(...)->(...),(...),(...)",
        reference.adam,
        parallel.adam,
        (
            Sample((_P, _G, _P, _V), {"step": 1, "learning_rate": 0.001}),
            Sample((_P, _G, _P, _V), {"step": 1000, "learning_rate": 0.01, "beta_1": 0.5, "epsilon": 1e-3}),
        ),
        (Invalid((_P, _G, _P, Array((4,))), _UNLIKE, {"step": 1, "learning_rate": 0.1}),),
        source="D. Kingma, J. Ba, 2015, Adam: A Method for Stochastic Optimization, section 2",
        explain=element_wise(""),
    ),
)
