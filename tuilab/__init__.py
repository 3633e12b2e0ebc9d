"""A lab in the terminal for stepping through the mathematics of deep learning and through training."""

__version__ = "0.1.0"
