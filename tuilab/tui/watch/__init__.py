"""Watching runs of any framework: which there are, which are shown, and on which charts. Free of Textual."""
