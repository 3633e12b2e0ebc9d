"""Arrays of any size and shape to look at, as numbers, as a picture, as a histogram. Free of Textual."""
