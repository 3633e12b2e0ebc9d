"""The child in which a lesson's code runs. `process.start` starts it; nothing here is for the lab's process.

Cells run in its first thread, in one namespace. A second thread reads what the lab asks for, so that it
learns at once when the lab is gone, and ends its whole group of processes then.
"""

import ast
import contextlib
import ctypes
import faulthandler
import linecache
import mmap
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any

from tuilab.session import faults
from tuilab.session.describe import Description
from tuilab.session.messages import Decoder, Message, encode
from tuilab.session.printing import NoInput, Printing, Stream

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
EASY_FORKS = 32


def main(options: Mapping[str, Any]) -> None:
    """Serve the lab that started this process, until it is gone."""
    for descriptor in (options["requests"], options["replies"]):
        os.set_inheritable(descriptor, False)
    _bind_to(options["parent"])
    faulthandler.enable(open(options["fatal"], "w"), all_threads=False)  # noqa: SIM115  (open to the end)
    Child(options).serve()


class Interrupts:
    """SIGINT as KeyboardInterrupt: while a cell runs, and never in the middle of a message."""

    def __init__(self) -> None:
        self.running = False
        self._held = 0
        self._waiting = False
        self._thread = threading.get_ident()

    def begin(self) -> None:
        """Take interrupts from now on, whatever a cell before has done to them."""
        signal.signal(signal.SIGINT, self._arrived)
        self._held, self._waiting = 0, False
        self.running = True

    def _arrived(self, number: int, frame: FrameType | None) -> None:
        if self._held:
            self._waiting = True
        elif self.running:
            raise KeyboardInterrupt

    def __enter__(self) -> None:
        if threading.get_ident() == self._thread:
            self._held += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if threading.get_ident() == self._thread:
            self._held -= 1
            if self._waiting and not self._held and self.running:
                self._waiting = False
                raise KeyboardInterrupt


class Link:
    """The way back to the lab."""

    def __init__(self, descriptor: int, interrupts: Interrupts) -> None:
        self._descriptor = descriptor
        self._interrupts = interrupts
        self._lock = threading.RLock()

    def send(self, kind: str, raw: tuple[bytes, ...] = (), **fields: Any) -> None:
        content = memoryview(encode({"kind": kind, **fields}, raw))
        with self._interrupts, self._lock:
            while content:
                try:
                    content = content[os.write(self._descriptor, content) :]
                except OSError:  # a cell closed the pipe, or the lab is gone: nothing can be said any more
                    os._exit(1)


class Child:
    """What the lab asks for, done one after the other."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._pid = os.getpid()
        self._interrupts = Interrupts()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._link = Link(options["replies"], self._interrupts)
        self._requests: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._printing = Printing(self._print, lambda: self._interrupts)
        self._streams = (
            NoInput(),
            Stream(self._printing, "<stdout>", 1),
            Stream(self._printing, "<stderr>", 2),
        )
        self._options = options
        self._places: dict[str, faults.Place] = {}
        self._flush_c: Callable[[None], Any] = ctypes.CDLL(None).fflush
        self._main = ModuleType("__main__")
        self._main.__dict__["__builtins__"] = __builtins__
        sys.modules["__main__"] = self._main
        self._forks = mmap.mmap(-1, 8)
        os.register_at_fork(before=self._brake, after_in_child=self._leave_the_lab)

    def serve(self) -> None:
        threading.Thread(target=self._listen, args=(self._options["requests"],), daemon=True).start()
        self._prepare()
        self._link.send("ready")
        while True:
            self._run(self._requests.get().fields)

    def _prepare(self) -> None:
        if self._options["lesson"]:
            lesson = Path(self._options["lesson"])
            sys.path.insert(0, str(lesson.parent))
            beside = lesson.with_suffix(".py")
            self._places[str(beside)] = faults.Place(1, sys.maxsize, beside.name)
        if self._options["seed"] is not None:
            from tuilab.session import seeding

            seeding.fix(self._options["seed"])

    def _listen(self, descriptor: int) -> None:
        decoder = Decoder()
        while True:
            try:
                piece = os.read(descriptor, 1 << 16)
            except OSError:
                return
            if not piece:
                os.killpg(0, signal.SIGKILL)
            for message in decoder.feed(piece):
                self._requests.put(message)

    def _run(self, request: Mapping[str, Any]) -> None:
        """Run a cell, and say how it went."""
        sys.stdin, sys.stdout, sys.stderr = self._streams
        self._printing.begin(request["output_limit"])
        self._forks[:] = bytes(8)
        began = time.perf_counter()
        outcome, message = "done", ""
        try:
            try:
                self._interrupts.begin()
                self._link.send("began")
                self._execute(request)
            finally:
                self._interrupts.running = False
        except SystemExit as error:
            message = "" if error.code in (None, 0) else f"The cell ended itself by sys.exit({error.code!r})."
        except KeyboardInterrupt:
            outcome = "interrupted"
        except BaseException as error:
            outcome = "error"
            self._fail(error)
        if os.getpid() != self._pid:  # the cell forked, and this is its child
            os._exit(0 if outcome == "done" else 1)
        self._interrupts.running = False
        self._printing.flush()
        self._flush_c(None)
        self._link.send(
            "done",
            outcome=outcome,
            message=message[:500],
            seconds=time.perf_counter() - began,
            left_out=self._printing.left_out,
        )

    def _brake(self) -> None:
        """Make forks slower the more a cell makes, so that the lab sees a flood before it is one."""
        count = int.from_bytes(self._forks[:], "little") + 1
        self._forks[:] = count.to_bytes(8, "little")
        if count > EASY_FORKS:
            time.sleep(min(1.0, (count - EASY_FORKS) ** 2 * 2e-5))

    def _leave_the_lab(self) -> None:
        """A process that the cell forked has no part in our messages, and must not hold their pipe open."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        with contextlib.suppress(OSError):
            os.close(self._options["replies"])

    def _execute(self, request: Mapping[str, Any]) -> None:
        source, first = request["source"], request["line"]
        filename = f"<cell {request['number']}>"
        lines = source.split("\n")
        self._places[filename] = faults.Place(first, first + len(lines) - 1)
        padded = ["\n"] * (first - 1) + [f"{line}\n" for line in lines]
        linecache.cache[filename] = (len(source), None, padded, filename)
        tree = ast.parse("\n" * (first - 1) + source, filename)
        last = tree.body[-1] if tree.body else None
        names = self._main.__dict__
        if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
            exec(compile(tree, filename, "exec", dont_inherit=True), names)
            return
        tree.body.pop()
        exec(compile(tree, filename, "exec", dont_inherit=True), names)
        value = eval(compile(ast.Expression(last.value), filename, "eval", dont_inherit=True), names)
        if value is not None and os.getpid() == self._pid:
            expression = (ast.get_source_segment(source, _moved(last.value, 1 - first)) or "")[:200]
            self._show(value, expression, last.value.id if isinstance(last.value, ast.Name) else "")

    def _show(self, value: Any, expression: str, name: str) -> None:
        description = Description(value, name)
        self._printing.flush()
        self._link.send("shown", tuple(description.raw), expression=expression, value=description.fields)

    def _fail(self, error: BaseException) -> None:
        try:
            try:
                self._interrupts.begin()
                fields = faults.describe(error, self._places, self._main.__dict__)
            finally:
                self._interrupts.running = False
        except BaseException:
            fields = {
                "type": type(error).__name__[:200],
                "message": "",
                "hint": "",
                "frames": [],
                "left_out": 0,
            }
        if os.getpid() != self._pid:
            with contextlib.suppress(OSError):
                os.write(2, f"{fields['type']}: {fields['message']} (in a forked process)\n".encode())
            return
        self._printing.flush()
        self._link.send("failed", **fields)

    def _print(self, stream: str, text: str) -> None:
        self._link.send("printed", stream=stream, text=text)


def _moved(expression: ast.expr, lines: int) -> ast.expr:
    """The expression with its place counted from the cell's own first line."""
    expression.lineno += lines
    expression.end_lineno = (expression.end_lineno or expression.lineno) + lines
    return expression


def _bind_to(parent: int) -> None:
    """Die with the lab, adopt what a cell leaves running, and be the first to go where memory runs out."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("800")
    if os.getppid() != parent:
        os._exit(0)
