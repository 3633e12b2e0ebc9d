"""Rows of the long short-term memory."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanations_recurrent import lstm_explained
from tuilab.kernels.later import later
from tuilab.kernels.reference import lstm as reference

parallel = later("lstm")

_SOURCE = "S. Hochreiter, J. Schmidhuber, 1997, Long Short-Term Memory"
_FORMULA = (
    r"i, f, o = \sigma(x_t W_{ifo} + h_{t-1} U_{ifo} + b_{ifo}), \quad "
    r"g = \tanh(x_t W_g + h_{t-1} U_g + b_g), \quad "
    r"c_t = f \odot c_{t-1} + i \odot g, \quad h_t = o \odot \tanh c_t"
)
_BACK = (
    r"c'_t = c'_{t+1} \odot f_{t+1} + h'_t \odot o \odot (1 - \tanh^2 c_t), \quad "
    r"i' = c'_t \odot g \odot i (1 - i), \quad f' = c'_t \odot c_{t-1} \odot f (1 - f), \quad "
    r"g' = c'_t \odot i \odot (1 - g^2), \quad o' = h'_t \odot \tanh c_t \odot o (1 - o)"
)
_X, _SEQUENCE, _H = Array((3, 2)), Array((3, 4, 2)), Array((3, 5))
_WEIGHTS = (Array((2, 20)), Array((5, 20)), Array((20,)))
_KEPT = (Array((3, 4, 5)), Array((3, 4, 4, 5), "unit"), Array((3, 4, 5)))

register(
    Operation(
        "lstm_step",
        _FORMULA,
        "(batch,features),(batch,units),(batch,units),(features,gates),(units,gates),(gates)"
        "->(batch,units),(batch,units),(batch,4,units)",
        reference.lstm_step,
        parallel.lstm_step,
        (Sample((_X, _H, _H, *_WEIGHTS)),),
        (
            Invalid((_X, _H, Array((2, 5)), *_WEIGHTS), "lstm_step takes the shapes"),
            Invalid(
                (_X, Array((3, 6)), Array((3, 6)), _WEIGHTS[0], Array((6, 20)), _WEIGHTS[2]),
                "has 4 gates, so its weights for 6 units have 24 columns",
            ),
        ),
        "lstm_step_gradient(gradient[0], gradient[1], output[1], output[2], x, h, c, w, u, needs)",
        _SOURCE,
        kept=1,
        explain=lstm_explained,
    ),
    Operation(
        "lstm",
        _FORMULA,
        "(batch,steps,features),(batch,units),(batch,units),(features,gates),(units,gates),(gates)"
        "->(batch,steps,units),(batch,units),(batch,units),(batch,steps,4,units),(batch,steps,units)",
        reference.lstm,
        parallel.lstm,
        (
            Sample((_SEQUENCE, _H, _H, *_WEIGHTS)),
            Sample((Array((0, 4, 2)), Array((0, 5)), Array((0, 5)), *_WEIGHTS)),
            Sample((Array((3, 0, 2)), _H, _H, *_WEIGHTS)),
            Sample((Array((70, 3, 2)), Array((70, 5)), Array((70, 5)), *_WEIGHTS)),
        ),
        (
            Invalid((_X, _H, _H, *_WEIGHTS), "lstm takes the shapes"),
            Invalid(
                (Array((3, 4, 0)), _H, _H, Array((0, 20)), *_WEIGHTS[1:]),
                "needs at least one feature and one unit",
            ),
        ),
        "lstm_gradient(gradient[0], gradient[1], gradient[2], output[0], output[3], output[4], "
        "x, h0, c0, w, u, needs)",
        _SOURCE,
        kept=2,
        explain=lstm_explained,
    ),
    Operation(
        "lstm_step_gradient",
        _BACK,
        "(batch,units),(batch,units),(batch,units),(batch,4,units),(batch,features),(batch,units),(batch,units),"
        "(features,gates),(units,gates)"
        "->(batch,features),(batch,units),(batch,units),(features,gates),(units,gates),(gates)",
        reference.lstm_step_gradient,
        parallel.lstm_step_gradient,
        (Sample((_H, _H, _H, Array((3, 4, 5), "unit"), _X, _H, _H, *_WEIGHTS[:2])),),
    ),
    Operation(
        "lstm_gradient",
        _BACK,
        "(batch,steps,units),(batch,units),(batch,units),(batch,steps,units),(batch,steps,4,units),"
        "(batch,steps,units),(batch,steps,features),(batch,units),(batch,units),(features,gates),(units,gates)"
        "->(batch,steps,features),(batch,units),(batch,units),(features,gates),(units,gates),(gates)",
        reference.lstm_gradient,
        parallel.lstm_gradient,
        (
            Sample((Array((3, 4, 5)), _H, _H, *_KEPT, _SEQUENCE, _H, _H, *_WEIGHTS[:2])),
            Sample(
                (Array((3, 4, 5)), _H, _H, *_KEPT, _SEQUENCE, _H, _H, *_WEIGHTS[:2]),
                {"needs": (False, True, True, False, False, False)},
            ),
        ),
    ),
)
