"""Rows of the gated recurrent unit."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanations_recurrent import gru_explained
from tuilab.kernels.later import later
from tuilab.kernels.reference import gru as reference

parallel = later("gru")

_SOURCE = "K. Cho et al., 2014, Learning Phrase Representations using RNN Encoder-Decoder"
_FORMULA = (
    r"z, r = \sigma(x_t W_{zr} + b_{zr} + h_{t-1} U_{zr} + d_{zr}), \quad "
    r"g = \tanh(x_t W_g + b_g + r \odot (h_{t-1} U_g + d_g)), \quad "
    r"h_t = z \odot h_{t-1} + (1 - z) \odot g"
)
_BACK = (
    r"g' = h'_t \odot (1 - z) \odot (1 - g^2), \quad z' = h'_t \odot (h_{t-1} - g) \odot z (1 - z), \quad "
    r"r' = g' \odot (h_{t-1} U_g + d_g) \odot r (1 - r)"
)
_X, _SEQUENCE, _H = Array((3, 2)), Array((3, 4, 2)), Array((3, 5))
_WEIGHTS = (Array((2, 15)), Array((5, 15)), Array((2, 15)))
_KEPT = (Array((3, 4, 5)), Array((3, 4, 4, 5), "unit"))

register(
    Operation(
        "gru_step",
        _FORMULA,
        "(batch,features),(batch,units),(features,gates),(units,gates),(2,gates)"
        "->(batch,units),(batch,4,units)",
        reference.gru_step,
        parallel.gru_step,
        (Sample((_X, _H, *_WEIGHTS)),),
        (Invalid((_X, _H, *_WEIGHTS[:2], Array((15,))), "gru_step takes the shapes"),),
        "gru_step_gradient(gradient, output[1], x, h, w, u, needs)",
        _SOURCE,
        kept=1,
        explain=gru_explained,
    ),
    Operation(
        "gru",
        _FORMULA,
        "(batch,steps,features),(batch,units),(features,gates),(units,gates),(2,gates)"
        "->(batch,steps,units),(batch,units),(batch,steps,4,units)",
        reference.gru,
        parallel.gru,
        (
            Sample((_SEQUENCE, _H, *_WEIGHTS)),
            Sample((Array((0, 4, 2)), Array((0, 5)), *_WEIGHTS)),
            Sample((Array((3, 0, 2)), _H, *_WEIGHTS)),
            Sample((Array((70, 3, 2)), Array((70, 5)), *_WEIGHTS)),
        ),
        (
            Invalid((_X, _H, *_WEIGHTS), "gru takes the shapes"),
            Invalid(
                (_SEQUENCE, Array((3, 6)), _WEIGHTS[0], Array((6, 15)), _WEIGHTS[2]),
                "has 3 gates, so its weights for 6 units have 18 columns",
            ),
        ),
        "gru_gradient(gradient[0], gradient[1], output[0], output[2], x, h0, w, u, needs)",
        _SOURCE,
        kept=1,
        explain=gru_explained,
    ),
    Operation(
        "gru_step_gradient",
        _BACK,
        "(batch,units),(batch,4,units),(batch,features),(batch,units),(features,gates),(units,gates)"
        "->(batch,features),(batch,units),(features,gates),(units,gates),(2,gates)",
        reference.gru_step_gradient,
        parallel.gru_step_gradient,
        (Sample((_H, Array((3, 4, 5), "unit"), _X, _H, *_WEIGHTS[:2])),),
    ),
    Operation(
        "gru_gradient",
        _BACK,
        "(batch,steps,units),(batch,units),(batch,steps,units),(batch,steps,4,units),"
        "(batch,steps,features),(batch,units),(features,gates),(units,gates)"
        "->(batch,steps,features),(batch,units),(features,gates),(units,gates),(2,gates)",
        reference.gru_gradient,
        parallel.gru_gradient,
        (
            Sample((Array((3, 4, 5)), _H, *_KEPT, _SEQUENCE, _H, *_WEIGHTS[:2])),
            Sample(
                (Array((3, 4, 5)), _H, *_KEPT, _SEQUENCE, _H, *_WEIGHTS[:2]),
                {"needs": (False, True, False, False, False)},
            ),
        ),
    ),
)
