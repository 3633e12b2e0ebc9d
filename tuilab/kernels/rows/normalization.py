"""Rows of batch normalization and layer normalization."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import element_wise
from tuilab.kernels.explanations_normalization import batch_normalized, layer_normalized
from tuilab.kernels.later import later
from tuilab.kernels.reference import normalization as reference

batch, layer = later("batch_normalization"), later("layer_normalization")

_X, _WIDE, _C = Array((2, 3, 2, 4)), Array((300, 3)), Array((4,))
_POSITIVE = Array((4,), "positive")
_BATCH = "S. Ioffe, C. Szegedy, Batch Normalization, 2015"
_LAYER = "J. Ba, J. Kiros, G. Hinton, Layer Normalization, 2016"
_INVALID = (
    Invalid((_X, Array((3,)), _C), "takes the shapes"),
    Invalid((_X, _C, Array((2, 4))), "takes the shapes"),
)

register(
    Operation(
        "batch_norm",
        r"y_{ic} = \gamma_c \frac{x_{ic} - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + \beta_c, \quad "
        r"\mu_c = \frac{1}{m} \sum_{i} x_{ic}, \quad \sigma_c^2 = \frac{1}{m} \sum_{i} (x_{ic} - \mu_c)^2",
        "(...,channels),(channels),(channels)->(...,channels),(channels),(channels)",
        reference.batch_norm,
        batch.batch_norm,
        (
            Sample((_X, _C, _C)),
            Sample((Array((5, 1)), Array((1,)), Array((1,))), {"epsilon": 0.1}),
            Sample((_WIDE, Array((3,)), Array((3,)))),
        ),
        (*_INVALID, Invalid((Array((0, 4)), _C, _C), "needs at least one number in each channel")),
        "batch_norm_gradient(gradient[0], gradient[1], gradient[2], x, gamma, output[1], output[2], epsilon)",
        source=_BATCH,
        explain=batch_normalized,
    ),
    Operation(
        "batch_norm_gradient",
        r"\frac{\partial L}{\partial x_{ic}} = \frac{\gamma_c}{\sqrt{\sigma_c^2 + \varepsilon}} "
        r"\left( g_{ic} - \frac{1}{m} \sum_{j} g_{jc} "
        r"- \frac{\hat{x}_{ic}}{m} \sum_{j} g_{jc} \hat{x}_{jc} \right), "
        r"\quad \frac{\partial L}{\partial \gamma_c} = \sum_{i} g_{ic} \hat{x}_{ic}, \quad "
        r"\frac{\partial L}{\partial \beta_c} = \sum_{i} g_{ic}",
        "(...,channels),(channels),(channels),(...,channels),(channels),(channels),(channels)"
        "->(...,channels),(channels),(channels)",
        reference.batch_norm_gradient,
        batch.batch_norm_gradient,
        (
            Sample((_X, _C, _C, _X, _C, _C, _POSITIVE)),
            Sample((_WIDE, *[Array((3,))] * 2, _WIDE, *[Array((3,))] * 2, Array((3,), "positive"))),
        ),
        source=_BATCH,
    ),
    Operation(
        "batch_norm_inference",
        r"y_{ic} = \gamma_c \frac{x_{ic} - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + \beta_c",
        "(...,channels),(channels),(channels),(channels),(channels)->(...,channels)",
        reference.batch_norm_inference,
        batch.batch_norm_inference,
        (
            Sample((_X, _C, _C, _C, _POSITIVE)),
            Sample((Array((0, 4)), _C, _C, _C, _POSITIVE)),
            Sample((_WIDE, *[Array((3,))] * 3, Array((3,), "positive")), {"epsilon": 0.01}),
        ),
        (Invalid((_X, _C, _C, _C, Array((3,))), "takes the shapes"),),
        "batch_norm_inference_gradient(gradient, x, gamma, mean, variance, epsilon)",
        source=_BATCH,
        explain=element_wise("({0} - {3}) / sqrt({4} + {epsilon}) · {1} + {2}"),
    ),
    Operation(
        "batch_norm_inference_gradient",
        r"\frac{\partial L}{\partial x_{ic}} = \frac{\gamma_c \, g_{ic}}{\sqrt{\sigma_c^2 + \varepsilon}}, "
        r"\quad \frac{\partial L}{\partial \mu_c} = "
        r"-\frac{\gamma_c \sum_{i} g_{ic}}{\sqrt{\sigma_c^2 + \varepsilon}}, "
        r"\quad \frac{\partial L}{\partial \sigma_c^2} = "
        r"-\frac{\gamma_c \sum_{i} g_{ic} \hat{x}_{ic}}{2 (\sigma_c^2 + \varepsilon)}",
        "(...,channels),(...,channels),(channels),(channels),(channels)"
        "->(...,channels),(channels),(channels),(channels),(channels)",
        reference.batch_norm_inference_gradient,
        batch.batch_norm_inference_gradient,
        (Sample((_X, _X, _C, _C, _POSITIVE)),),
        source=_BATCH,
    ),
    Operation(
        "layer_norm",
        r"y_{if} = \gamma_f \frac{x_{if} - \mu_i}{\sqrt{\sigma_i^2 + \varepsilon}} + \beta_f, \quad "
        r"\mu_i = \frac{1}{n} \sum_{f} x_{if}, \quad \sigma_i^2 = \frac{1}{n} \sum_{f} (x_{if} - \mu_i)^2",
        "(...,features),(features),(features)->(...,features)",
        reference.layer_norm,
        layer.layer_norm,
        (
            Sample((_X, _C, _C)),
            Sample((Array((4,)), _C, _C), {"epsilon": 0.1}),
            Sample((Array((0, 4)), _C, _C)),
            Sample((Array((150, 70)), Array((70,)), Array((70,)))),
        ),
        (*_INVALID, Invalid((Array((2, 0)), Array((0,)), Array((0,))), "needs at least one feature")),
        "layer_norm_gradient(gradient, x, gamma, epsilon)",
        source=_LAYER,
        explain=layer_normalized,
    ),
    Operation(
        "layer_norm_gradient",
        r"\frac{\partial L}{\partial x_{if}} = \frac{1}{\sqrt{\sigma_i^2 + \varepsilon}} \left( h_{if} - "
        r"\frac{1}{n} \sum_{k} h_{ik} - \frac{\hat{x}_{if}}{n} \sum_{k} h_{ik} \hat{x}_{ik} \right), "
        r"\quad h_{if} = \gamma_f g_{if}",
        "(...,features),(...,features),(features)->(...,features),(features),(features)",
        reference.layer_norm_gradient,
        layer.layer_norm_gradient,
        (
            Sample((_X, _X, _C)),
            Sample((Array((0, 4)), Array((0, 4)), _C)),
            Sample((Array((150, 70)), Array((150, 70)), Array((70,)))),
        ),
        source=_LAYER,
    ),
)
