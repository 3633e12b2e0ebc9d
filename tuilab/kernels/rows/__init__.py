"""The rows of the catalogue, by subject. Importing this package fills the catalogue."""

from tuilab.kernels.rows import elementwise, losses, optimizers, products, reductions

__all__ = ["elementwise", "losses", "optimizers", "products", "reductions"]
