"""Steering a run: commands as small files, `control/0001.json`, obeyed in order and removed.

Who may write into the folder may steer the run: the folder is private to its owner, and a file that
belongs to someone else, or is a symlink, too large or malformed, is refused, reported and removed.
"""

import contextlib
import errno
import json
import math
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import Any

from tuilab.errors import RunError
from tuilab.runs import files
from tuilab.text import nearest, number, safe

SIZE_LIMIT = 4096
PENDING_LIMIT = 1000
LEARNING_RATE_LIMIT = 1e9
_NO_LINKS_HERE = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_NAME = re.compile(r"[0-9]{4,9}\.json", re.ASCII)


@dataclass(frozen=True, slots=True)
class Command:
    """One wish.

    `pause`, `resume`, `stop`; `batch`, `phase`, `op`: do one, then pause; `epoch`: go to its end, then pause;
    `back`: one `level` back; `go`: to where `step` batches are done; `set`: change one of `SETTINGS`;
    `fork`: leave the state for a run of that `name`; `inspect`: show the arrays of the step.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    sent: float = 0.0
    """Seconds since 1970."""


def _learning_rate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ValueError(f"learning_rate must be a number, not {type(value).__name__}")
    rate: Any = value  # mypy knows no order on `Real`
    if not 0 < rate <= LEARNING_RATE_LIMIT:
        raise ValueError(f"learning_rate must be above 0 and at most 1e9, not {number(value)}")
    return float(value)


def _bounded(least: float, most: float) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(f"expected a number from {least:g} to {most:g}, not {_shown(value)}")
        return float(value)

    return check


def _count(least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"expected a whole number from {least:,} to {most:,}, not {_shown(value)}")
        return value

    return check


def _word(pattern: str, what: str) -> Callable[[Any], str]:
    compiled = re.compile(pattern, re.ASCII)

    def check(value: Any) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(f"expected {what}, not {_shown(value)}")
        return value

    return check


def _weight(value: Any) -> dict[str, Any]:
    """One number of a parameter: its name, its index, its new value."""
    if not isinstance(value, Mapping) or set(value) != {"name", "index", "value"}:
        raise ValueError("weight takes name, index and value")
    name, index = value["name"], value["index"]
    if not isinstance(name, str) or not 0 < len(name) <= 200:
        raise ValueError(f"expected a parameter's name, not {_shown(name)}")
    if not isinstance(index, list) or len(index) > 16:
        raise ValueError(f"expected an index as a list of whole numbers, not {_shown(index)}")
    places = [_count(0, 2**31)(place) for place in index]
    return {"name": name, "index": places, "value": _bounded(-1e30, 1e30)(value["value"])}


def _shown(value: Any) -> str:
    return safe(repr(value), limit=60)


SETTINGS: dict[str, Callable[[Any], Any]] = {
    "learning_rate": _learning_rate,
    "optimizer": _word("[a-z]{1,20}", "an optimizer's name"),
    "batch_size": _count(1, 60_000),
    "noise": _bounded(0, 10),
    "weight": _weight,
}
"""What `set` changes, one at a time."""
COMMANDS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "pause": {},
    "resume": {},
    "batch": {},
    "epoch": {},
    "phase": {},
    "op": {},
    "back": {"level": _word("op|phase|batch|epoch", "a level: op, phase, batch or epoch")},
    "go": {"step": _count(0, 2**53)},
    "set": SETTINGS,
    "fork": {"name": _word("[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "a run's name")},
    "inspect": {},
    "stop": {},
}
"""Each command with its arguments and what checks them: all are needed, but of `set` exactly one."""


def checked(name: Any, arguments: Any, sent: Any = 0.0) -> Command:
    """A command that is known, with arguments of their kinds; ValueError otherwise."""
    if not isinstance(name, str) or name not in COMMANDS:
        shown = safe(str(name), limit=40)
        like = nearest(str(name), COMMANDS)
        raise ValueError(f"there is no command {shown!r}" + (f"; did you mean {like!r}?" if like else ""))
    kinds = COMMANDS[name]
    needed = len(kinds) if kinds is not SETTINGS else 1
    if not isinstance(arguments, Mapping) or len(arguments) != needed or not set(arguments) <= set(kinds):
        expected = ", ".join(kinds) or "no arguments"
        raise ValueError(f"the command {name!r} takes {'one of ' * (needed < len(kinds))}{expected}")
    when = float(sent) if isinstance(sent, float) and math.isfinite(sent) else 0.0
    return Command(name, {key: kinds[key](value) for key, value in arguments.items()}, when)


def send(folder: Path, name: str, arguments: Mapping[str, Any]) -> None:
    """Put a command behind those that wait in `folder`; RunError where it is none or cannot be written."""
    try:
        command = checked(name, arguments, time.time())
    except ValueError as error:
        raise RunError(f"{error}.") from None
    content = {"command": command.name, "arguments": dict(command.arguments), "sent": command.sent}
    draft = folder / f".{os.getpid()}-{os.urandom(6).hex()}"
    files.write_whole(draft, json.dumps(content).encode())
    try:
        _place(draft, folder)
    except OSError as error:
        raise RunError(f"{folder}: the command cannot be placed there ({error.strerror}).") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _place(draft: Path, folder: Path) -> None:
    waiting = _waiting(os.listdir(folder))
    if len(waiting) >= PENDING_LIMIT:
        raise RunError(f"{folder}: {len(waiting)} commands wait there already; the run does not take them.")
    last = _number(waiting[-1]) if waiting else 0
    while True:
        last += 1
        place = folder / f"{last:04d}.json"
        try:
            os.link(draft, place)  # unlike a rename, a link never overwrites another's command
            return
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in _NO_LINKS_HERE:
                raise
            if not place.exists():
                os.rename(draft, place)
                return


class Mailbox:
    """The receiving end of `folder`, for the process that runs the run."""

    def __init__(self, folder: Path, report: Callable[[str], None]) -> None:
        self.folder = folder
        self._report = report
        self._refused: set[str] = set()
        """Names that could not be removed either: reported once."""

    def take(self) -> list[Command]:
        """The commands that wait, in order, each removed first. Whatever lies there, it does not raise."""
        try:
            names = os.listdir(self.folder)
        except OSError:
            return []
        if not names:
            return []
        try:
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return []
        try:
            found = [self._take(name, folder) for name in _waiting(names) if name not in self._refused]
        finally:
            os.close(folder)
        return [command for command in found if command is not None]

    def _take(self, name: str, folder: int) -> Command | None:
        command: Command | None = None
        try:
            command = _read(name, folder)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._report(f"control/{name} was refused: {error.strerror}")
        except ValueError as error:
            self._report(f"control/{name} was refused: {error}")
        try:
            os.unlink(name, dir_fd=folder)
        except OSError as error:
            # What stays would be obeyed again and again.
            self._refused.add(name)
            self._report(f"control/{name} is ignored: it cannot be removed ({error.strerror})")
            return None
        return command


def _read(name: str, folder: int) -> Command:
    descriptor = files.open_regular(name, dir_fd=folder)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            raise ValueError("it belongs to another user")
        found = files.parse_object(files.read_within(descriptor, SIZE_LIMIT))
    finally:
        os.close(descriptor)
    return checked(found.get("command"), found.get("arguments", {}), found.get("sent"))


def _waiting(names: list[str]) -> list[str]:
    return sorted((name for name in names if _NAME.fullmatch(name)), key=_number)


def _number(name: str) -> int:
    return int(name.partition(".")[0])
