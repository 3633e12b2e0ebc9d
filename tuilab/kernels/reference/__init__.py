"""Every kernel as plain array code, written to be read. It runs on any array of the array API standard."""
