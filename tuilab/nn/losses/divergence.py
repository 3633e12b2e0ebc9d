"""How far one distribution is from another."""

from tuilab.autodiff import Tensor, ops
from tuilab.kernels.reference.losses import CLIP
from tuilab.nn.losses.loss import Loss, targets_like


class KLDivergence(Loss):
    """Σ t log(t / p): how many nats more it costs to tell t's outcomes by a code made for p.

    y_true and y_pred (batch, classes), each row a distribution; both are kept between 1e-7 and 1, as Keras
    does. S. Kullback, R. Leibler, 1951, On Information and Sufficiency.
    """

    name = "kl_divergence"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        targets, probabilities = _kept(targets_like(y_true, y_pred)), _kept(y_pred)
        return ops.sum(targets * ops.log(targets / probabilities), axis=-1)


def _kept(p: Tensor) -> Tensor:
    """p, kept between CLIP and 1."""
    least = ops.relu(p - CLIP) + CLIP
    return least - ops.relu(least - 1)
