"""The loops of the learners, in Numba: arrays in, arrays out."""
