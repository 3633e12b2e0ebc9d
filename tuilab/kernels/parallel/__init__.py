"""Every kernel in Numba, written to be fast. Names, arguments and results are those of the reference.

Each function checks its inputs, finds or makes the output (`out=`), and launches one kernel; the
kernel, the function of the same name with an underscore, works on plain contiguous arrays.
"""
