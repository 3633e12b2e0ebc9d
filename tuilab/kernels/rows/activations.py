"""Rows of the activation functions."""

from tuilab.kernels.catalogue import Sample, register
from tuilab.kernels.explanation import element_wise
from tuilab.kernels.later import later
from tuilab.kernels.reference import activations as reference
from tuilab.kernels.rows.elementwise import BACK, ONE, SLOPE, A, Subject

_subject = Subject(reference, later("activations"))
of_one, back = _subject.of_one, _subject.back

register(
    of_one(
        "relu",
        r"y = \max(x, 0)",
        "relu_gradient(gradient, output)",
        element_wise("max({0}, 0)"),
        source="X. Glorot, A. Bordes, Y. Bengio, 2011, Deep Sparse Rectifier Neural Networks",
    ),
    back("relu_gradient", r"[y > 0]", (*SLOPE, Sample((A, A)))),
    of_one(
        "leaky_relu",
        r"y = \max(x, 0) + s \min(x, 0)",
        "leaky_relu_gradient(gradient, x, negative_slope)",
        element_wise("max({0}, 0) + {negative_slope} · min({0}, 0)"),
        (*ONE, Sample(ONE[0].inputs, {"negative_slope": 0.01})),
        source="A. Maas, A. Hannun, A. Ng, 2013, Rectifier Nonlinearities Improve Acoustic Models",
    ),
    back("leaky_relu_gradient", r"([x > 0] + s [x \leq 0])"),
    of_one(
        "elu",
        r"y = \max(x, 0) + \alpha (e^{\min(x, 0)} - 1)",
        "elu_gradient(gradient, x, alpha)",
        element_wise("max({0}, 0) + {alpha} · (exp(min({0}, 0)) - 1)"),
        (*ONE, Sample(ONE[0].inputs, {"alpha": 0.5})),
        source="D. Clevert, T. Unterthiner, S. Hochreiter, 2016, Exponential Linear Units",
    ),
    back(
        "elu_gradient",
        r"([x > 0] + \alpha e^x [x \leq 0])",
        (*BACK, Sample(BACK[0].inputs, {"alpha": 0.5})),
    ),
    of_one(
        "selu",
        r"y = 1.0507 \, (\max(x, 0) + 1.6733 (e^{\min(x, 0)} - 1))",
        "selu_gradient(gradient, x)",
        element_wise("1.0507 · (max({0}, 0) + 1.6733 · (exp(min({0}, 0)) - 1))"),
        source="G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, 2017, Self-Normalizing Neural Networks",
    ),
    back("selu_gradient", r"1.0507 \, ([x > 0] + 1.6733 e^x [x \leq 0])"),
    of_one(
        "sigmoid",
        r"y = \frac{1}{1 + e^{-x}}",
        "sigmoid_gradient(gradient, output)",
        element_wise("1 / (1 + exp(-{0}))"),
    ),
    back("sigmoid_gradient", r"y \odot (1 - y)", SLOPE),
    of_one("tanh", r"y = \tanh x", "tanh_gradient(gradient, output)", element_wise("tanh({0})")),
    back("tanh_gradient", r"(1 - y^2)", SLOPE),
    of_one(
        "softplus",
        r"y = \log(1 + e^x)",
        "multiply(gradient, sigmoid(x))",
        element_wise("log(1 + exp({0}))"),
    ),
    of_one(
        "softsign",
        r"y = \frac{x}{1 + |x|}",
        "softsign_gradient(gradient, x)",
        element_wise("{0} / (1 + |{0}|)"),
    ),
    back("softsign_gradient", r"\frac{1}{(1 + |x|)^2}"),
    of_one(
        "hard_sigmoid",
        r"y = \min\left(\max\left(\frac{x}{6} + \frac{1}{2}, 0\right), 1\right)",
        "hard_sigmoid_gradient(gradient, x)",
        element_wise("min(max({0} / 6 + 1 / 2, 0), 1)"),
    ),
    back("hard_sigmoid_gradient", r"\frac{1}{6} [|x| < 3]"),
    of_one(
        "silu",
        r"y = \frac{x}{1 + e^{-x}}",
        "silu_gradient(gradient, x)",
        element_wise("{0} / (1 + exp(-{0}))"),
        source="D. Hendrycks, K. Gimpel, 2016, Gaussian Error Linear Units",
    ),
    back("silu_gradient", r"\sigma(x) (1 + x (1 - \sigma(x)))"),
    of_one(
        "mish",
        r"y = x \tanh \log(1 + e^x)",
        "mish_gradient(gradient, x)",
        element_wise("{0} · tanh(log(1 + exp({0})))"),
        source="D. Misra, 2019, Mish: A Self Regularized Non-Monotonic Activation Function",
    ),
    back("mish_gradient", r"(t + x (1 - t^2) \sigma(x)), \quad t = \tanh \log(1 + e^x)"),
    of_one(
        "gelu",
        r"y = \frac{x}{2} \left( 1 + \mathrm{erf} \frac{x}{\sqrt{2}} \right)",
        "gelu_gradient(gradient, x, approximate)",
        element_wise("{0} / 2 · (1 + erf({0} / √2))"),
        (*ONE, Sample(ONE[0].inputs, {"approximate": True})),
        source="D. Hendrycks, K. Gimpel, 2016, Gaussian Error Linear Units",
    ),
    back(
        "gelu_gradient",
        r"\left( \frac{1}{2} \left( 1 + \mathrm{erf} \frac{x}{\sqrt{2}} \right) "
        r"+ \frac{x}{\sqrt{2 \pi}} e^{-x^2 / 2} \right)",
        (*BACK, Sample(BACK[0].inputs, {"approximate": True})),
    ),
)
