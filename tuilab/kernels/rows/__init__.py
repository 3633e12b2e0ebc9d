"""The rows of the catalogue, by subject. Importing this package fills the catalogue."""

from tuilab.kernels.rows import dense, elementwise, losses, optimizers, products, reductions

__all__ = ["dense", "elementwise", "losses", "optimizers", "products", "reductions"]
