"""Cross-entropies."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def softmax_cross_entropy(logits: TensorLike, targets: TensorLike) -> Tensor:
    """-Σ targets · log softmax(logits), a number a sample: (batch, classes), (batch, classes) -> (batch,)."""
    return apply("softmax_cross_entropy", logits, targets)


def sparse_softmax_cross_entropy(logits: TensorLike, labels: TensorLike) -> Tensor:
    """-log softmax(logits)[label], a number a sample: (batch, classes), (batch,) -> (batch,)."""
    return apply("sparse_softmax_cross_entropy", logits, labels)


def cross_entropy(probabilities: TensorLike, targets: TensorLike) -> Tensor:
    """-Σ targets · log probabilities, a number a sample; the probabilities are made to sum to 1 first."""
    return apply("cross_entropy", probabilities, targets)


def binary_cross_entropy(probabilities: TensorLike, targets: TensorLike) -> Tensor:
    """-t log p - (1 - t) log(1 - p), element by element."""
    return apply("binary_cross_entropy", probabilities, targets)


def sigmoid_cross_entropy(logits: TensorLike, targets: TensorLike) -> Tensor:
    """The binary cross-entropy of sigmoid(logits), element by element, exact where sigmoid is near 0 or 1."""
    return apply("sigmoid_cross_entropy", logits, targets)
