"""Parts of a screen that are drawn row by row."""
