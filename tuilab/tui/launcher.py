"""Runs the lab in a child process, so that the terminal is whole again however the lab ends.

The parent imports next to nothing, waits, passes signals on, and after an abnormal end puts the
terminal back and says in one sentence what happened. Nothing in a process can do that for itself
after SIGKILL or a crash in C.
"""

import contextlib
import os
import signal
import socket
import sys
import termios
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from tuilab.errors import TuilabError

if TYPE_CHECKING:
    from tuilab.experiment import Page

LEAVE_SECONDS = 8
"""How long a lab that was asked to leave may take before it is killed."""

RESET = (
    "\x1b[<u"  # the kitty keyboard protocol, before the alternate screen is left
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # the mouse
    "\x1b[?2004l\x1b[?1004l\x1b[?2048l\x1b[?2026l"  # paste, focus and resize reports; held-back frames
    "\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[0m"  # main screen, line wrap, cursor, plain colours
)

LOG_LIMIT = 1_000_000


def state_folder() -> Path:
    """The folder of the lab's own log and crash reports."""
    from platformdirs import user_state_path

    from tuilab import paths

    return paths.private_folder(user_state_path("tuilab", appauthor=False) / "lab")


def require_terminal() -> None:
    """Refuse to open the lab where there is no terminal to draw on.

    Raises:
        TuilabError: standard input or output is a file or a pipe.
    """
    if not (os.isatty(0) and os.isatty(1)):
        raise TuilabError(
            "The lab needs a terminal, and this is a pipe or a file. "
            "`tuilab train --plain` trains without one, and `tuilab list` names the lessons."
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """What the lab opens with: nothing (the library), a lesson, a run to look at or to `resume`, with so
    many `epochs`, a training to start, with the `page` of the lesson that it is of, or places to `watch`,
    where runs of any framework are logged.

    edited: the lesson's author is writing it, so its file is followed.
    """

    lesson: Path | None = None
    edited: bool = False
    run: Path | None = None
    resume: bool = False
    epochs: int | None = None
    train: Mapping[str, Any] | None = None
    page: "Page | None" = None
    name: str | None = None
    watch: tuple[Path, ...] = ()
    filter: str = ""


def run_lab(opening: Opening | None = None) -> int:
    """Open the lab and answer the exit code once it was left.

    Raises:
        TuilabError: there is no terminal.
    """
    require_terminal()
    opening = opening or Opening()
    shell = has_shell()
    return guarded(lambda leash: _lab(opening, leash, shell))


def _lab(opening: Opening, leash: "Leash", shell: bool) -> int:
    keep_screen_clean()
    # Textual reads this at import. A key waits up to two frames for its answer: 30 ms at its 60 frames a
    # second, 15 ms at 120. Nothing is drawn more often for it.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    steered = None
    if opening.train is not None:
        # The training process imports and compiles while the lab itself is still being loaded.
        from tuilab.tui.steering import SteeredRun

        steered = SteeredRun.start(opening.train, name=opening.name)
    elif opening.run is not None and opening.resume:
        from tuilab.tui.steering import SteeredRun

        steered = SteeredRun.resume(opening.run, opening.epochs)
    from tuilab.tui.app import TuilabApp

    def begin(app: TuilabApp) -> None:
        leash.drawing()
        if steered is not None:
            app.open_experiment(steered, opening.page)
        elif opening.run is not None:
            app.open_run(opening.run)
        elif opening.lesson is not None:
            (app.edit_lesson if opening.edited else app.open_lesson)(opening.lesson)

    app = TuilabApp(begin=begin, leash=leash.fileno(), has_shell=shell)
    leash.drawing()
    app.run()
    if app.live is not None and (farewell := app.live.conclude()):
        with contextlib.suppress(OSError):  # the terminal may be gone
            print(farewell, file=sys.__stderr__, flush=True)
    if app.crash is not None:
        _report_crash(app.crash)
        return 1
    return app.return_code or 0


def has_shell() -> bool:
    """Whether Ctrl-Z leads anywhere: a shell with job control waits for our process group.

    In a terminal that runs nothing but the lab (`xterm -e tuilab`) nobody could wake it again.
    """
    try:
        waiting = os.getppid()
        while os.getpgid(waiting) == os.getpgrp():
            # A wrapper such as `uv run`: the shell is further up.
            stat = Path(f"/proc/{waiting}/stat").read_text()
            waiting = int(stat.rpartition(")")[2].split()[1])
        return os.getsid(waiting) == os.getsid(0)
    except (OSError, ValueError, IndexError):
        return False


class Leash:
    """The child's end of the tie to its parent: readable at end of file once the parent is gone."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link

    def fileno(self) -> int:
        return self._link.fileno()

    def drawing(self) -> None:
        """Tell the parent that the terminal is being taken over."""
        with contextlib.suppress(OSError):
            self._link.send(b"d")


def guarded(lab: Callable[[Leash], int]) -> int:
    """Run `lab` in a child process and answer the exit code for the command.

    The terminal's modes are as before when this returns. SIGTERM and SIGHUP are passed on to the
    child, Ctrl-Z and `fg` work as for any command, and a child that died abnormally is named on
    standard error.
    """
    before = termios.tcgetattr(0)
    ours, theirs = socket.socketpair()
    sys.stdout.flush()
    sys.stderr.flush()
    children: list[int] = []
    handlers = _pass_signals_on(children)
    child = os.fork()
    if child == 0:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        ours.close()
        _run_child(lab, theirs)
    children.append(child)
    theirs.close()
    try:
        status = _wait(child)
        return _conclude(status, before, drew=_has_drawn(ours))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        ours.close()


def describe_end(status: int) -> str:
    """One plain sentence on a lab that ended by a signal, from its wait status."""
    number = os.WTERMSIG(status)
    name = signal.Signals(number).name if number in signal.valid_signals() else f"signal {number}"
    if number == signal.SIGKILL:
        reason = f"The lab was killed ({name}), perhaps because memory ran out."
    elif number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL):
        reason = f"The lab crashed ({name})."
    else:
        reason = f"The lab was ended by {name}."
    return f"{reason} The terminal is as it was before, and a run that was going on trains on: `tuilab runs`."


def _run_child(lab: Callable[[Leash], int], theirs: socket.socket) -> NoReturn:
    code = 1
    try:
        code = lab(Leash(theirs))
    except KeyboardInterrupt:
        code = 130
    except TuilabError as error:
        print(f"tuilab: {error}", file=sys.__stderr__)
    except BaseException:
        import traceback

        _report_crash(traceback.format_exc())
    finally:
        for stream in (sys.__stderr__, sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()  # type: ignore[union-attr]
        os._exit(code)


def _report_crash(trace: str) -> None:
    last = trace.rstrip().rsplit("\n", 1)[-1]
    try:
        where = f"The report is in {crash_report(trace)}."
    except (OSError, TuilabError) as error:
        where = f"No report could be written ({error})."
    print(f"tuilab: The lab crashed: {last[:200]}. {where}", file=sys.__stderr__)


def crash_report(trace: str) -> Path:
    """Write what went wrong into the state folder and answer where it lies."""
    import platform

    from tuilab import __version__

    path = state_folder() / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    head = f"tuilab {__version__}, Python {platform.python_version()}, {platform.platform()}"
    terminal = f"TERM={os.environ.get('TERM', '')} COLORTERM={os.environ.get('COLORTERM', '')}"
    path.write_text(f"{head}\n{terminal}\n\n{trace}", encoding="utf-8", errors="backslashreplace")
    path.chmod(0o600)
    return path


def keep_screen_clean() -> None:
    """Give the terminal to the screen alone: what C code prints on standard error goes to a log.

    Textual draws on `sys.__stderr__`. That becomes a file of its own on the terminal, and the
    descriptors 1 and 2, on which libraries print, lead to `lab.log` in the state folder.
    """
    import faulthandler

    from tuilab.tui.thin_output import ThinFile

    screen = ThinFile(os.dup(1), getattr(sys.stdout, "encoding", None) or "utf-8")
    log_path = state_folder() / "lab.log"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    if log_path.exists() and log_path.stat().st_size > LOG_LIMIT:
        flags |= os.O_TRUNC
    log = os.open(log_path, flags, 0o600)
    if os.isatty(2):
        os.dup2(log, 2)
    os.dup2(log, 1)
    os.close(log)
    faulthandler.enable(file=2)
    originals: Any = sys
    originals.__stdout__ = originals.__stderr__ = screen


def _pass_signals_on(children: list[int]) -> dict[signal.Signals, Any]:
    """Handle signals for the parent; answers the handlers that were there before."""

    def send(number: int) -> None:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, number)

    def pass_on(number: int, frame: FrameType | None) -> None:
        send(number)
        signal.setitimer(signal.ITIMER_REAL, LEAVE_SECONDS)

    def kill(number: int, frame: FrameType | None) -> None:
        send(signal.SIGKILL)

    wanted: dict[signal.Signals, Any] = {
        signal.SIGINT: signal.SIG_IGN,
        signal.SIGTERM: pass_on,
        signal.SIGHUP: pass_on,
        signal.SIGQUIT: pass_on,
        signal.SIGALRM: kill,
    }
    return {number: signal.signal(number, handler) for number, handler in wanted.items()}


def _wait(child: int) -> int:
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return status
        # The shell waits for this process, and learns that the lab stopped by its stopping too.
        os.kill(os.getpid(), signal.SIGSTOP)
        # `fg` wakes the whole group. A second SIGCONT would make Textual take the terminal twice,
        # so the child gets one from here only where it still sleeps.
        time.sleep(0.05)
        woken, status = os.waitpid(child, os.WNOHANG | os.WCONTINUED)
        if woken and not os.WIFCONTINUED(status):
            return status
        if not woken:
            os.kill(child, signal.SIGCONT)


def _has_drawn(link: socket.socket) -> bool:
    link.setblocking(False)
    try:
        return link.recv(16) != b""
    except OSError:
        return False


def _conclude(status: int, before: list[Any], drew: bool) -> int:
    abnormal = not os.WIFEXITED(status)
    if abnormal and drew:
        with contextlib.suppress(OSError):
            os.write(1, RESET.encode())
    _restore_modes(before)
    if not abnormal:
        return os.WEXITSTATUS(status)
    with contextlib.suppress(OSError):
        print(f"tuilab: {describe_end(status)}", file=sys.stderr, flush=True)
    return 1


def _restore_modes(before: list[Any]) -> None:
    """Put the terminal's modes back where they differ, even from the background."""
    handler = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with contextlib.suppress(termios.error):
        if termios.tcgetattr(0) != before:
            termios.tcsetattr(0, termios.TCSAFLUSH, before)
    signal.signal(signal.SIGTTOU, handler)
