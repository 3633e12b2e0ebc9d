"""Rows of the simple recurrent network."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanations_recurrent import simple_rnn_explained
from tuilab.kernels.later import later
from tuilab.kernels.reference import simple_rnn as reference

parallel = later("simple_rnn")

_SOURCE = "J. Elman, 1990, Finding Structure in Time"
_X, _SEQUENCE, _H = Array((3, 2)), Array((3, 4, 2)), Array((3, 5))
_WEIGHTS = (Array((2, 5)), Array((5, 5)), Array((5,)))

register(
    Operation(
        "simple_rnn_step",
        r"h_t = f(x_t W + h_{t-1} U + b)",
        "(batch,features),(batch,units),(features,units),(units,units),(units)->(batch,units)",
        reference.simple_rnn_step,
        parallel.simple_rnn_step,
        (Sample((_X, _H, *_WEIGHTS)),),
        (Invalid((_X, _H, *_WEIGHTS[:2], Array((4,))), "simple_rnn_step takes the shapes"),),
        "simple_rnn_step_gradient(gradient, output, x, h, w, u, activation, needs)",
        _SOURCE,
        explain=simple_rnn_explained,
    ),
    Operation(
        "simple_rnn",
        r"h_t = f(x_t W + h_{t-1} U + b), \quad t = 1 \dots T",
        "(batch,steps,features),(batch,units),(features,units),(units,units),(units)"
        "->(batch,steps,units),(batch,units)",
        reference.simple_rnn,
        parallel.simple_rnn,
        (
            Sample((_SEQUENCE, _H, *_WEIGHTS)),
            Sample((_SEQUENCE, _H, *_WEIGHTS), {"activation": "linear"}),
            Sample((Array((0, 4, 2)), Array((0, 5)), *_WEIGHTS)),
            Sample((Array((3, 0, 2)), _H, *_WEIGHTS)),
            Sample((Array((70, 3, 2)), Array((70, 5)), *_WEIGHTS)),
        ),
        (
            Invalid((_X, _H, *_WEIGHTS), "simple_rnn takes the shapes"),
            Invalid((_SEQUENCE, _H, *_WEIGHTS), "no activation 'gelu'", {"activation": "gelu"}),
            Invalid(
                (Array((3, 4, 0)), _H, Array((0, 5)), *_WEIGHTS[1:]),
                "needs at least one feature and one unit",
            ),
        ),
        "simple_rnn_gradient(gradient[0], gradient[1], output[0], x, h0, w, u, activation, needs)",
        _SOURCE,
        explain=simple_rnn_explained,
    ),
    Operation(
        "simple_rnn_step_gradient",
        r"Z' = H' \odot f'(Z), \quad X' = Z' W^T, \quad H'_{t-1} = Z' U^T, \quad W' = X^T Z', \quad "
        r"U' = H_{t-1}^T Z', \quad b' = \sum_i Z'_i",
        "(batch,units),(batch,units),(batch,features),(batch,units),(features,units),(units,units)"
        "->(batch,features),(batch,units),(features,units),(units,units),(units)",
        reference.simple_rnn_step_gradient,
        parallel.simple_rnn_step_gradient,
        (Sample((_H, Array((3, 5), "unit"), _X, _H, *_WEIGHTS[:2])),),
    ),
    Operation(
        "simple_rnn_gradient",
        r"Z'_t = (Y'_t + Z'_{t+1} U^T) \odot f'(Z_t), \quad W' = \sum_t X_t^T Z'_t, \quad "
        r"U' = \sum_t H_{t-1}^T Z'_t, \quad b' = \sum_{t,i} Z'_{ti}",
        "(batch,steps,units),(batch,units),(batch,steps,units),(batch,steps,features),(batch,units),"
        "(features,units),(units,units)"
        "->(batch,steps,features),(batch,units),(features,units),(units,units),(units)",
        reference.simple_rnn_gradient,
        parallel.simple_rnn_gradient,
        (
            Sample((Array((3, 4, 5)), _H, Array((3, 4, 5), "unit"), _SEQUENCE, _H, *_WEIGHTS[:2])),
            Sample(
                (Array((3, 4, 5)), _H, Array((3, 4, 5), "unit"), _SEQUENCE, _H, *_WEIGHTS[:2]),
                {"activation": "relu", "needs": (False, True, False, False, False)},
            ),
        ),
    ),
)
