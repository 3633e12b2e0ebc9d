"""What the lab keeps from one visit to the next: the theme, in a small file of the user's."""

import contextlib
import json
import os
from pathlib import Path

from tuilab.errors import TuilabError
from tuilab.runs import files


def _path() -> Path:
    from tuilab.tui.launcher import state_folder

    return state_folder() / "settings.json"


def theme(known: frozenset[str], fallback: str) -> str:
    """The theme that was chosen last, if it is known; nothing that is in the file can hurt."""
    with contextlib.suppress(TuilabError, OSError, ValueError):
        descriptor = files.open_regular(_path())
        try:
            chosen = files.parse_object(files.read_within(descriptor, files.JSON_LIMIT)).get("theme")
        finally:
            os.close(descriptor)
        if isinstance(chosen, str) and chosen in known:
            return chosen
    return fallback


def keep_theme(name: str) -> None:
    """Keep the theme that was chosen.

    Raises:
        TuilabError: it cannot be kept.
    """
    files.write_whole(_path(), json.dumps({"theme": name}).encode())
