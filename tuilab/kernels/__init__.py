"""Arrays in, arrays out: the operations of deep learning, each in plain NumPy and in parallel Numba."""
