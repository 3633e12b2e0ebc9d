"""Curves of a run: thinned to the pixels there are, drawn by plotext, written row by row."""
