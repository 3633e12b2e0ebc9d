"""How a walk is drawn: arrays with what is taken from them, arithmetic with its numbers, pictures of maps."""
