"""The run directory: all that a run shares with whoever watches or steers it. No socket, no daemon, no port.

run.json        what was asked for                                   replaced whole
status.json     state, step, rate, process, heartbeat                replaced whole
events.out.tfevents.*   every metric                                 appended
changes.json            what was changed by hand                     replaced whole
control/NNNN.json       commands, in order                           removed once taken
inspect/*.safetensors   tensors for a viewer                         replaced whole
log.txt         what the run printed
lock            held as long as the run's process lives
"""

import contextlib
import errno
import json
import os
import re
import stat
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from tuilab.errors import RunError
from tuilab.paths import private_folder
from tuilab.runs import control, files, identity, lock
from tuilab.runs.control import Command
from tuilab.runs.lock import RunLock
from tuilab.runs.status import ALIVE, ENDED, State, Status
from tuilab.text import nearest, safe

HEARTBEAT_LIMIT = 30.0
"""Seconds without a heartbeat after which a run on another host is no longer taken for alive."""
START_LIMIT = 30.0
"""Seconds that a run may take from its creation until its process holds the lock."""
LOG_LINE_LIMIT = 500

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


class Run:
    """One run directory. Make one by `create`, `open` or `find`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._lock = RunLock(path / "lock")

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    @classmethod
    def create(cls, root: Path, config: Mapping[str, Any], name: str | None = None) -> Self:
        """A new run in `root`, of that name or one like `mnist-mlp-7`; it appears there whole or not at all.

        Its folder is private to the user. RunError if the name is taken or unfit, or nothing can be written.
        """
        private_folder(root)
        if name is not None and not _NAME.fullmatch(name):
            raise RunError(
                f"{safe(name, limit=80)!r} cannot name a run: use up to 64 letters, digits, '-', '_', '.', "
                "and begin with a letter or digit."
            )
        draft = root / f".new-{os.getpid()}-{os.urandom(6).hex()}"
        try:
            for folder in (draft, draft / "control", draft / "inspect"):
                folder.mkdir(mode=0o700)
            content = json.dumps({**config, "created": time.time()}, indent=1, default=str)
            files.write_whole(draft / "run.json", content.encode(), durable=True)
            files.write_whole(draft / "log.txt", b"")
            cls(draft).write_status(Status(host=identity.host(), boot=identity.boot()))
            return cls(_place(draft, root, config, name))
        except OSError as error:
            raise RunError(f"{root}: no run can be made there ({error.strerror}).") from error
        finally:
            _remove(draft)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The run at `path`; RunError where there is none."""
        run = cls(path.absolute())
        try:
            found = os.stat(run.path / "run.json", follow_symlinks=False)
        except OSError:
            found = None
        if found is None or not stat.S_ISREG(found.st_mode):
            raise RunError(
                f"{safe(str(path))} is not a run: it has no run.json. `tuilab runs` lists the runs."
            )
        return run

    # What was asked for, and what is

    def config(self) -> dict[str, Any]:
        """What was asked for, with `created` in seconds since 1970; RunError where run.json is damaged."""
        try:
            return files.read_object(self.path / "run.json")
        except FileNotFoundError:
            raise RunError(f"{self.path}: this run is gone; its run.json was removed.") from None

    def status(self) -> Status:
        """What the run last said of itself. Never raises: what cannot be read has the state `unknown`."""
        try:
            return Status.from_mapping(files.read_object(self.path / "status.json"))
        except FileNotFoundError:
            return Status(state="unknown", message="The run has no status.")
        except RunError as error:
            return Status(state="unknown", message=safe(str(error), limit=LOG_LINE_LIMIT))

    def write_status(self, status: Status) -> None:
        """Replace the status. The heartbeat is now; the process that holds the lock signs it as its own."""
        if self._lock.held_by_us:
            status = replace(status, **identity.current()._asdict())
        files.write_whole(self.path / "status.json", replace(status, heartbeat=time.time()).to_json())

    def state(self) -> State:
        """The state, seen from outside: what the run says, or `dead` where it says that it goes on and its
        process is gone, or `unknown` where that cannot be told (it ran on another host and fell silent)."""
        status = self.status()
        if status.state not in ALIVE:
            return status.state
        held = lock.look(self._lock.path)
        if held:
            return status.state
        # It may have ended between the two looks: what it says once its lock is free is its last word.
        status = self.status()
        if status.state not in ALIVE:
            return status.state
        age = abs(time.time() - status.heartbeat)
        if not identity.is_here(status.host, status.boot):
            return status.state if age < HEARTBEAT_LIMIT else "unknown"
        if held is None and identity.lives(status.pid, status.process_started):
            return status.state
        if not self._lock.path.exists() and age < START_LIMIT:
            return status.state
        return "dead"

    def process(self) -> int | None:
        """The number of the run's process, if it is on this machine and alive: one that may be signalled."""
        status = self.status()
        here = identity.is_here(status.host, status.boot)
        return status.pid if here and identity.lives(status.pid, status.process_started) else None

    # Steering

    def send(self, command: str, **arguments: Any) -> None:
        """Ask the run for something: `pause`, `resume`, `batch`, `epoch`, `stop`, `set` (`learning_rate=`).

        RunError where the command is none, or the run has ended.
        """
        state = self.state()
        if state in ENDED or state == "dead":
            raise RunError(f"{self.name}: this run has ended ({state}), so it cannot be told to {command}.")
        control.send(self.path / "control", command, arguments)

    def changes(self) -> list[list[Any]]:
        """What was changed by hand in it: after so many batches, what, to what."""
        try:
            found = files.read_object(self.path / "changes.json").get("changes")
        except (FileNotFoundError, RunError):
            return []
        return (
            [one for one in found if isinstance(one, list) and len(one) == 3]
            if isinstance(found, list)
            else []
        )

    def write_changes(self, changes: Sequence[Sequence[Any]]) -> None:
        """Say what was changed by hand so far."""
        files.write_whole(self.path / "changes.json", json.dumps({"changes": changes}).encode())

    def commands(self) -> list[Command]:
        """The commands that came since this was last asked, in order. For the run's own process."""
        return self._mailbox.take()

    @cached_property
    def _mailbox(self) -> control.Mailbox:
        return control.Mailbox(self.path / "control", self.log)

    def hold_lock(self) -> RunLock:
        """Take the lock, for life or as `with run.hold_lock():`; RunError where another process has it."""
        self._lock.acquire()
        return self._lock

    def is_held(self) -> bool:
        """Whether a process holds the lock. Where the file system has no locks: whether the process lives."""
        held = lock.look(self._lock.path)
        return self.process() is not None if held is None else held

    # What lies in it

    @property
    def log_path(self) -> Path:
        return self.path / "log.txt"

    @property
    def events_folder(self) -> Path:
        """The folder of the event files."""
        return self.path

    @property
    def inspect_folder(self) -> Path:
        """The folder of the tensors that a viewer may look at."""
        return self.path / "inspect"

    def log(self, line: str) -> None:
        """Add a line to the log, with the time. A log that cannot be written does not stop a run."""
        content = f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {safe(line, limit=LOG_LINE_LIMIT)}\n"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with contextlib.suppress(OSError):
            descriptor = os.open(self.log_path, flags, 0o600)
            try:
                files.write_all(descriptor, content.encode())
            finally:
                os.close(descriptor)

    def log_tail(self, lines: int = 20) -> str:
        """The last lines of the log, safe to show; empty where there is none."""
        try:
            descriptor = files.open_regular(self.log_path)
        except OSError:
            return ""
        try:
            most = lines * LOG_LINE_LIMIT
            end = os.pread(descriptor, most, max(os.fstat(descriptor).st_size - most, 0))
        finally:
            os.close(descriptor)
        shown = safe(end.decode("utf-8", "replace"), keep_newlines=True).rstrip().split("\n")
        return "\n".join(line[:LOG_LINE_LIMIT] for line in shown[-lines:])


def runs(root: Path) -> list[Run]:
    """The runs in `root`, the newest first; none where the folder does not exist."""
    found: list[tuple[int, int, str, Run]] = []
    try:
        entries = list(os.scandir(root))
    except OSError:
        return []
    for entry in entries:
        if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
            continue
        with contextlib.suppress(OSError):
            made = os.stat(os.path.join(entry.path, "run.json"), follow_symlinks=False)
            if stat.S_ISREG(made.st_mode):
                number = _trailing_number(entry.name)
                found.append((made.st_mtime_ns, number, entry.name, Run(Path(entry.path).absolute())))
    return [run for *_, run in sorted(found, key=lambda row: row[:3], reverse=True)]


def find(root: Path, name: str) -> Run:
    """The run of that name in `root`, or at that path; RunError with the most similar name if none."""
    if _NAME.fullmatch(name) and (root / name / "run.json").is_file():
        return Run.open(root / name)
    if os.sep in name:
        return Run.open(Path(name))
    known = [run.name for run in runs(root)]
    like = nearest(name, known)
    advice = (
        f"Did you mean {like}?"
        if like
        else "`tuilab runs` lists the runs."
        if known
        else "There are none yet."
    )
    raise RunError(f"There is no run {safe(name, limit=80)!r} in {root}. {advice}")


def _place(draft: Path, root: Path, config: Mapping[str, Any], name: str | None) -> Path:
    """Give the finished draft its name: a rename never replaces another run, whose folder is not empty."""
    stem = "-".join(_word(config.get(key)) for key in ("data", "model") if config.get(key)) or "run"
    number = 0 if name else _last_number(root, stem)
    while True:
        number += 1
        target = root / (name or f"{stem}-{number}")
        try:
            os.rename(draft, target)
            return target.absolute()
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
            if name:
                raise RunError(f"There is already a run {name!r} in {root}. Give another name.") from None


def _word(value: Any) -> str:
    return re.sub(r"[^a-z0-9]+", "_", str(value)[:24].lower()).strip("_") or "run"


def _last_number(root: Path, stem: str) -> int:
    numbers = (_trailing_number(name) for name in os.listdir(root) if name.rpartition("-")[0] == stem)
    return max(numbers, default=0)


def _trailing_number(name: str) -> int:
    last = name.rpartition("-")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < 10 else 0


def _remove(draft: Path) -> None:
    """Remove what is left of a run that was not finished; nothing after the rename."""
    if draft.exists():
        import shutil

        shutil.rmtree(draft, ignore_errors=True)
