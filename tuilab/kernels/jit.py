"""The one place where kernels are compiled: threads, BLAS, float rules, and where machine code is kept.

`@kernel` makes a parallel Numba function that Python may launch, `@device` a plain one that kernels call.

* **Threads.** As many as the process may use (`cpu.available_threads`), or `TUILAB_THREADS`; BLAS one.
* **Float rules.** Multiply-add contraction is allowed, and reassociation where a kernel asks for it.
  Assuming that there is no NaN or infinity (`nnan`, `ninf`, and so `fastmath=True`) is refused: it
  would remove the very checks that find a diverged run.
* **Machine code** is kept in a private folder per module, version of its sources and processor, so that an
  edit in a file that it imports is never answered with code from before, and machines that share a home do
  not mix theirs.
  Loading, compiling and storing happen under a lock, a file a kernel: two cold processes at once
  could otherwise store one signature's code under another's name.
* **One launch at a time.** Numba's `workqueue` layer aborts the process on two launches at once, so a
  lock keeps them apart. In a forked child every launch is refused with an explanation, where Numba's
  OpenMP layer would have the child killed.
"""

import collections
import contextlib
import functools
import hashlib
import itertools
import operator
import os
import platform
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tuilab import paths
from tuilab.errors import TuilabError
from tuilab.kernels import cpu

ALLOWED_FLOAT_RULES = frozenset({"contract", "reassoc"})
MOST_THREADS = 1024


def _requested_threads() -> int:
    asked = os.environ.get("TUILAB_THREADS", "")
    if asked and not (asked.isdecimal() and 1 <= int(asked[:9]) <= MOST_THREADS):
        raise TuilabError(f"TUILAB_THREADS={asked!r}: expected a whole number, 1 to {MOST_THREADS}.")
    return int(asked) if asked else cpu.available_threads()


_size_the_pool = not {"numba", "NUMBA_NUM_THREADS"} & {*sys.modules, *os.environ}
if _size_the_pool:
    os.environ["NUMBA_NUM_THREADS"] = str(max(_requested_threads(), cpu.available_threads()))

_chosen = {"numba", "NUMBA_CPU_FEATURES", "NUMBA_CPU_NAME", "NUMBA_ENABLE_AVX"} & {*sys.modules, *os.environ}
_widest = None if _chosen else cpu.features_with_widest_vectors()
if _widest is not None:
    os.environ["NUMBA_CPU_FEATURES"] = _widest

import numba  # noqa: E402  (its thread count and the processor's features are read from the environment)
from numba import prange as prange  # noqa: E402
from numba.core.caching import NullCache  # noqa: E402
from numba.core.event import Listener, install_listener  # noqa: E402

if sys.platform != "win32":
    import fcntl

if _size_the_pool:
    del os.environ["NUMBA_NUM_THREADS"]  # our children may be given other processors
if _widest is not None:
    del os.environ["NUMBA_CPU_FEATURES"]
_threads = min(_requested_threads(), int(numba.config.NUMBA_NUM_THREADS))
import scipy.linalg  # noqa: E402, F401  (the BLAS that Numba calls; loaded here so that it is pinned too)

cpu.pin_blas()


_IMPORT = re.compile(
    r"^\s*(?:from (tuilab[\w.]*) import (\([^)]*\)|[^\n]*)|import (tuilab[\w.]*))", re.MULTILINE
)


@functools.cache
def _source(module: str) -> tuple[bytes, tuple[str, ...]]:
    """The source of one of our modules, and which of ours it imports, anywhere in its text."""
    parts = module.split(".")[1:]
    file = paths.PACKAGE.joinpath(*parts).with_suffix(".py")
    if not parts or not file.is_file():
        file = paths.PACKAGE.joinpath(*parts, "__init__.py")
    if not file.is_file():
        return b"", ()  # a name in a module, not a module
    text = file.read_bytes()
    imported = []
    for origin, names, plain in _IMPORT.findall(text.decode()):
        imported.append(origin or plain)
        imported += [f"{origin}.{name}" for name in re.findall(r"\w+", names)]
    return text, tuple(imported)


def source_version(module: str) -> str:
    """A digest of the sources that a module's kernels are made of: its own and all of ours that it imports,
    and what those import. An edit in any of them starts a new cache folder, and leaves the others."""
    found: dict[str, bytes] = {}
    waiting = [module]
    while waiting:
        one = waiting.pop()
        # the package itself imports everything, for its users; what kernels are made of is imported by name
        if one not in found and one != "tuilab":
            found[one], imported = _source(one)
            waiting += imported
    digest = hashlib.sha256()
    for one in sorted(found):
        digest.update(one.encode() + b"\0" + found[one] + b"\0")
    return digest.hexdigest()[:16]


@functools.cache
def processor() -> str:
    """What the machine code depends on besides the source: Python, Numba and the processor."""
    from llvmlite import binding

    features = binding.get_host_cpu_features().flatten()
    host = f"{platform.machine()} {binding.get_host_cpu_name()} {features}"
    digest = hashlib.sha256(host.encode()).hexdigest()[:8]
    return f"py{sys.version_info[0]}{sys.version_info[1]}-numba{numba.__version__}-{digest}"


@functools.cache
def cache_folder(module: str) -> Path:
    """The private folder of a module's compiled kernels, for these sources and this processor; made on first
    use."""
    root = paths.private_folder(paths.kernels())
    return paths.private_folder(
        paths.private_folder(root / f"{module}-{source_version(module)}") / processor()
    )


CompileListener = Callable[[str, float | None], None]


class _CompileEvents(Listener):  # type: ignore[misc]
    """Tells a listener of each kernel that is compiled; kernels loaded from the cache raise no event."""

    def __init__(self, listener: CompileListener) -> None:
        self.listener = listener
        self.started = 0.0

    def on_start(self, event: Any) -> None:
        if event.data["dispatcher"] in _names:
            self.started = time.perf_counter()
            self.listener(_names[event.data["dispatcher"]], None)

    def on_end(self, event: Any) -> None:
        if event.data["dispatcher"] in _names:
            self.listener(_names[event.data["dispatcher"]], time.perf_counter() - self.started)


def compile_listener(listener: CompileListener) -> contextlib.AbstractContextManager[None]:
    """While this context lasts, call `listener(kernel, None)` before a kernel is compiled and
    `listener(kernel, seconds)` after it."""
    return install_listener("numba:compile", _CompileEvents(listener))  # type: ignore[no-any-return]


class _Told(threading.local):
    """What holds for one Python thread: the number of threads that Numba was told, which it keeps for each
    apart, and where launches are noted down."""

    threads = 0
    recording: "Launches | None" = None


_told = _Told()


def _tell_threads() -> None:
    if _told.threads != _threads:
        numba.set_num_threads(_threads)
        _told.threads = _threads


class _ForkedChild:
    """Stands in for the launch lock in a forked child."""

    def __enter__(self) -> None:
        raise TuilabError(
            "Kernels cannot run in a forked process: their threads stayed in the parent. "
            'Start it with multiprocessing.get_context("spawn"), or subprocess.'
        )

    def __exit__(self, *_: object) -> None: ...


_launch: Any = threading.RLock()


def _refuse_after_fork() -> None:
    global _launch
    _launch = _ForkedChild()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_refuse_after_fork)


_names: dict[Any, str] = {}


class Kernel:
    """A compiled parallel function. Calling it launches it on the thread pool."""

    def __init__(self, function: Callable[..., Any], float_rules: set[str]) -> None:
        self.__name__ = function.__name__.strip("_")
        self.__doc__ = function.__doc__
        self.function = function
        self.dispatcher = numba.njit(parallel=True, nogil=True, error_model="numpy", fastmath=float_rules)(
            function
        )
        self._load_or_compile = self.dispatcher.compile
        self.dispatcher.compile = self._compile_under_lock
        self._kept = False
        _names[self.dispatcher] = self.__name__

    def __call__(self, *arguments: Any) -> Any:
        with _launch:
            _tell_threads()
            if _told.recording is not None:
                _told.recording.append((self, arguments))
            return self.dispatcher(*arguments)

    def compiled_for(self, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        """The machine code that a launch with these arguments ends at, once there was one: called with the
        same objects, it spares the question of what types they have (about 1 µs a launch)."""
        signature = tuple(map(self.dispatcher.typeof_pyval, arguments))
        return self.dispatcher.overloads[signature].entry_point  # type: ignore[no-any-return]

    def _compile_under_lock(self, signature: Any) -> Any:
        folder = _cache_folder_if_any(self.function.__module__)
        if folder is None:
            return self._load_or_compile(signature)
        with _file_lock(folder / f"{self.function.__module__}.{self.__name__}.lock"):
            if not self._kept:
                _keep_machine_code(self.dispatcher, folder)
                self._kept = True
            try:
                return self._load_or_compile(signature)
            except OSError:
                # Compiled, but not stored: a full disk costs the next start its time, nothing else.
                compiled = self.dispatcher.overloads.get(tuple(signature))
                if compiled is None:
                    raise
                return compiled.entry_point


def _cache_folder_if_any(module: str) -> Path | None:
    """The cache folder, or None where the disk does not let us make it: then nothing is kept. A folder that
    others could write to is still refused."""
    try:
        return cache_folder(module)
    except TuilabError as error:
        if isinstance(error.__cause__, OSError):
            return None
        raise


def _keep_machine_code(dispatcher: Any, folder: Path) -> None:
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(folder)
    try:
        dispatcher.enable_caching()
    except RuntimeError:
        return  # no place that can be written to
    finally:
        numba.config.CACHE_DIR = before
    if folder not in Path(dispatcher._cache.cache_path).parents:
        dispatcher._cache = NullCache()  # our folder is read-only, and Numba took another, which may be stale
        return
    load, cache = dispatcher._cache.load_overload, dispatcher._cache

    def load_or_forget(*arguments: Any) -> Any:
        # A machine that lost power, or a disk that was full, leaves files that cannot be read.
        try:
            return load(*arguments)
        except Exception:
            try:
                cache.flush()
            except OSError:
                cache.disable()
            return None

    cache.load_overload = load_or_forget


@contextlib.contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # no room, or no locks here: go on, as Numba itself does
            file = stack.enter_context(path.open("a"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _check_float_rules(float_rules: frozenset[str] | set[str]) -> None:
    forbidden = set(float_rules) - ALLOWED_FLOAT_RULES
    if forbidden:
        raise ValueError(
            f"float rules {sorted(forbidden)} are refused: kernels keep NaN and infinity. "
            f"Allowed: {sorted(ALLOWED_FLOAT_RULES)}."
        )


def kernel(
    function: Callable[..., Any] | None = None,
    *,
    float_rules: frozenset[str] | set[str] = frozenset({"contract"}),
) -> Any:
    """Compile `function` as a parallel kernel: `@kernel`, or `@kernel(float_rules={"contract", "reassoc"})`.

    A kernel works on arrays, uses `prange` over blocks whose number does not depend on the threads, and
    never launches another kernel.
    """
    _check_float_rules(float_rules)
    if function is None:
        return lambda later: Kernel(later, set(float_rules))
    return Kernel(function, set(float_rules))


Launch = tuple[Callable[..., Any], tuple[Any, ...]]


class Launches(list[Launch]):
    """Launches noted down in their order: what was called, and with which very objects."""

    @functools.cached_property
    def compiled(self) -> list[tuple[Any, ...]]:
        """The same, each as a function and its arguments in one, the kernels as their machine code."""
        return [(one.compiled_for(given) if isinstance(one, Kernel) else one, *given) for one, given in self]


@contextlib.contextmanager
def recording() -> Iterator[Launches]:
    """Note down what this thread launches, with the very arrays, so that `replay` can do it again."""
    launches = Launches()
    before, _told.recording = _told.recording, launches
    try:
        yield launches
    finally:
        _told.recording = before


def repeatable(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function of the host that a replay must call again, such as a check of what came in."""
    if _told.recording is not None:
        _told.recording.append((function, arguments))
    return function(*arguments)


def replay(launches: Launches) -> None:
    """Do recorded launches again, on what their arrays hold now."""
    with _launch:
        _tell_threads()
        if _told.recording is None:
            collections.deque(
                itertools.starmap(operator.call, launches.compiled), maxlen=0
            )  # no Python between
            return
    for launch, arguments in launches:
        launch(*arguments)


def device(
    function: Callable[..., Any] | None = None,
    *,
    float_rules: frozenset[str] | set[str] = frozenset({"contract"}),
) -> Any:
    """Compile `function` for use inside kernels; LLVM inlines it where that pays. Its float rules are its
    own, not those of the kernel."""
    _check_float_rules(float_rules)
    compiled = numba.njit(nogil=True, error_model="numpy", fastmath=set(float_rules))
    return compiled if function is None else compiled(function)


def threads() -> int:
    """The number of threads that a launch uses."""
    return _threads


def set_threads(count: int) -> None:
    """Use `count` threads from the next launch on, at most as many as the pool was made with."""
    global _threads
    most = int(numba.config.NUMBA_NUM_THREADS)
    if not 1 <= count <= most:
        raise TuilabError(
            f"{count} threads: expected 1 to {most}. For more, set TUILAB_THREADS before the start."
        )
    _threads = count
