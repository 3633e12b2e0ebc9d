"""`python -m tuilab`: the command."""

from tuilab.cli import main

main(prog_name="tuilab")
