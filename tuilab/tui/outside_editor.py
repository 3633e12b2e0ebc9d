"""A person's own editor for a cell: `$VISUAL` or `$EDITOR`, on a file for the moment."""

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tuilab.errors import TuilabError
from tuilab.lesson import source as lesson_source
from tuilab.text import safe

if TYPE_CHECKING:
    from tuilab.tui.app import TuilabApp

USUAL = ("nano", "vim", "vi")
"""What is looked for where neither variable is set."""
LONGEST = 50_000


def command() -> list[str]:
    """The editor's command; empty where there is none."""
    for name in ("VISUAL", "EDITOR"):
        try:
            if words := shlex.split(os.environ.get(name, "")):
                return words
        except ValueError:
            continue
    return next(([name] for name in USUAL if shutil.which(name)), [])


def edit_outside(app: "TuilabApp", source: str) -> str | None:
    """What the person made of `source`; None where nothing came of it, with a word about the reason."""
    words = command()
    if not words:
        app.say("There is no editor here. Set EDITOR to one, such as nano.", "warning")
        return None
    with tempfile.TemporaryDirectory(prefix="tuilab-") as folder:
        path = Path(folder, "cell.py")
        path.write_text(source + "\n", encoding="utf-8")
        try:
            with app.suspend(), open("/dev/tty", "r+b", buffering=0) as terminal:
                # What the lab's own standard output is by now does not reach the screen.
                ended = subprocess.run(
                    [*words, str(path)], stdin=terminal, stdout=terminal, stderr=terminal, check=False
                ).returncode
        except SuspendNotSupported:
            app.say("The lab cannot leave this terminal to another program.", "warning")
            return None
        except OSError as error:
            name = safe(words[0], limit=60)
            app.say(f"{name} cannot be started ({error.strerror}). Set EDITOR to another.", "error")
            return None
        finally:
            app.action_redraw()
        if ended:
            app.say(f"{safe(words[0], limit=60)} ended with {ended}, so nothing was taken over.", "warning")
            return None
        try:
            written = lesson_source.read(path)
        except TuilabError as error:
            app.say(str(error), "error")
            return None
    if len(written) > LONGEST:
        app.say(f"That has {len(written):,} characters, and a cell at most {LONGEST:,}.", "error")
        return None
    return written.rstrip("\n")
