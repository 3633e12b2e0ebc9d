"""A vector for each word."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn import initializers
from tuilab.nn.layers import sizes
from tuilab.nn.layers.layer import Layer, Shape


class Embedding(Layer):
    """The row of a table for each whole number: what a word means, learned as any other weight.

    input_dim: how many words there are. output_dim: the length of a word's vector.

    Input shape (batch, …) of whole numbers below input_dim, output shape (batch, …, output_dim).
    Parameter: `embeddings` (input_dim, output_dim), uniform.
    Y. Bengio et al., 2003, A Neural Probabilistic Language Model.
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: str | initializers.Initializer = "uniform",
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.input_dim = sizes.count("Embedding", "words", input_dim)
        self.output_dim = sizes.count("Embedding", "units", output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)

    def build(self, input_shape: Shape) -> None:
        shape = (self.input_dim, self.output_dim)
        self.embeddings = self.add_weight("embeddings", shape, self.embeddings_initializer)

    def output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape, self.output_dim)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.embedding(x, self.embeddings)
