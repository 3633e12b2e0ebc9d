"""Where things lie: lessons, data sets, compiled kernels, runs. Only the standard library at import.

| what             | variable       | default                               |
|------------------|----------------|---------------------------------------|
| data sets        | `TUILAB_DATA`  | `<user cache>/tuilab/data`            |
| compiled kernels | `TUILAB_CACHE` | `<user cache>/tuilab/kernels`         |
| runs             | `TUILAB_RUNS`  | `<user state>/tuilab/runs`            |
"""

import os
import stat
from pathlib import Path

from tuilab.errors import TuilabError

PACKAGE = Path(__file__).resolve().parent


def lessons() -> Path:
    """The bundled lessons: inside the package in a wheel, beside it in a checkout."""
    inside = PACKAGE / "lessons"
    return inside if inside.is_dir() else PACKAGE.parent / "lessons"


def given_data() -> Path | None:
    """The folder of data sets that `TUILAB_DATA` names, read but never written."""
    return _from_environment("TUILAB_DATA")


def data_cache() -> Path:
    """Where downloaded data sets are kept."""
    return _user_cache() / "data"


def kernels() -> Path:
    """Where compiled kernels are kept."""
    return _from_environment("TUILAB_CACHE") or _user_cache() / "kernels"


def runs() -> Path:
    """Where run directories are kept."""
    return _from_environment("TUILAB_RUNS") or _user_state() / "runs"


def progress() -> Path:
    """Where a learner's progress is kept."""
    return _user_state() / "progress"


def trust() -> Path:
    """Where it is kept which lessons a person agreed to run."""
    return _user_state() / "trust"


def private_folder(path: Path) -> Path:
    """Make `path` if need be, and answer it if nobody else can write there.

    Compiled kernels are loaded as code, runs obey the files in them, and what lies in the folder of trust
    lets code run: a folder that another user could write to is refused.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.stat()
    except OSError as error:
        raise TuilabError(
            f"{path}: this folder cannot be made or read ({error.strerror}). "
            "Set TUILAB_CACHE and TUILAB_RUNS to folders of your own."
        ) from error
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o022):
        raise TuilabError(
            f"{path}: other users can write to this folder, so tuilab does not trust what lies there. "
            f"Run `chmod 700 {path}`, or name another folder by TUILAB_CACHE or TUILAB_RUNS."
        )
    return path


def _from_environment(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value).expanduser().absolute() if value else None


def _user_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("tuilab", appauthor=False)


def _user_state() -> Path:
    from platformdirs import user_state_path

    return user_state_path("tuilab", appauthor=False)
