"""A pass of the perceptron over the samples."""

from typing import Any

from tuilab.kernels.jit import kernel, prange


@kernel
def one_pass(
    x: Any,
    sign: Any,
    order: Any,
    eta: Any,
    rate_of_intercept: Any,
    active: Any,
    weights: Any,
    bias: Any,
    loss: Any,
    mistakes: Any,
    scores: Any,
    count: Any,
) -> None:
    """Correct each output's weights at each sample on the wrong side: w += η y x, b += η y.

    loss[k] is Σ max(0, -y f) on the way; mistakes[k] the samples corrected, scores[k] what they scored.
    """
    for k in prange(active.size):
        if not active[k]:
            continue
        w = weights[k]
        total, wrong = 0.0, 0
        for place in range(order.size):
            i = order[place]
            sample = x[i]
            score = bias[k]
            for j in range(w.size):
                score += w[j] * sample[j]
            if sign[k, i] * score <= 0:
                total -= sign[k, i] * score
                step = eta * sign[k, i]
                for j in range(w.size):
                    w[j] += step * sample[j]
                bias[k] += rate_of_intercept * step
                mistakes[k, wrong], scores[k, wrong] = i, score
                wrong += 1
        loss[k], count[k] = total, wrong
