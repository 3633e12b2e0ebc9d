"""Where machine code is kept: privately, per version, under a lock, and never in the way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tuilab import paths
from tuilab.kernels import jit

USE = """
import sys, numpy as np
from tuilab.kernels import jit
from tuilab.kernels.parallel import activations, arithmetic
compiled = []
with jit.compile_listener(lambda name, seconds: compiled.append(name) if seconds is None else None):
    for dtype in (np.float64, np.float32):
        x = np.arange(-2, 3, dtype=dtype)
        found = [arithmetic.negative(x), activations.relu(x)]
        assert [list(one) for one in found] == [[2, 1, 0, -1, -2], [0, 0, 0, 1, 2]], found
        assert all(one.dtype == dtype for one in found)
print(*compiled)
"""
FULL_DISK = """
import resource, signal, warnings
warnings.filterwarnings("ignore", "(?s).*multiprocessing lock")  # semaphores are files too
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
"""


def start(code: str, cache: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TUILAB_CACHE": str(cache)},
    )


def result(process: "subprocess.Popen[str]") -> str:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert not errors
    return output.strip()


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the code of a few kernels, to be copied."""
    folder = tmp_path_factory.mktemp("warm") / "cache"
    assert result(start(USE, folder)) == "negative relu negative relu"
    return folder


@pytest.fixture
def cache(warm: Path, tmp_path: Path) -> Path:
    return shutil.copytree(warm, tmp_path / "cache")


def code_of(cache: Path) -> list[Path]:
    return sorted(cache.rglob("*.nbc"))


def test_a_second_process_compiles_nothing(cache: Path) -> None:
    assert len(code_of(cache)) == 4
    assert result(start(USE, cache)) == ""


def test_nobody_else_may_look_into_the_cache(cache: Path) -> None:
    for folder in (cache, *(one for one in cache.rglob("*") if one.is_dir())):
        if folder.parent == cache or folder.parent.parent == cache or folder == cache:
            assert folder.stat().st_mode & 0o077 == 0, folder


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_cache_that_others_could_write_to_is_refused(cache: Path, mode: int) -> None:
    cache.chmod(mode)
    process = start(USE, cache)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "other users can write to this folder" in errors
    assert f"chmod 700 {cache}" in errors


def test_two_cold_processes_at_once_give_the_same_right_results(tmp_path: Path) -> None:
    for attempt in range(3):
        cache = tmp_path / str(attempt)
        both = [start(USE, cache) for _ in range(2)]
        compiled = [result(one) for one in both]
        assert " ".join(compiled).split().count("relu") == 2  # each signature by one of them, for both
        assert result(start(USE, cache)) == ""


def test_a_full_disk_costs_the_next_start_its_time_and_nothing_else(tmp_path: Path) -> None:
    assert result(start(FULL_DISK + USE, tmp_path / "cache")) == "negative relu negative relu"


@pytest.mark.parametrize("place", ["/proc/nowhere/cache", "/dev/null/cache"])
def test_where_no_cache_can_be_made_kernels_run_all_the_same(place: str) -> None:
    assert result(start(USE, Path(place))) == "negative relu negative relu"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_cannot_be_written_to_does_not_stop_a_kernel(cache: Path) -> None:
    folders = [cache, *(one for one in cache.rglob("*") if one.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    try:
        result(start(USE, cache))
    finally:
        for folder in folders:
            folder.chmod(0o700)


@pytest.mark.parametrize("pattern", ["*.nbc", "*.nbi"])
@pytest.mark.parametrize("content", [b"", b"half"])
def test_damaged_files_are_compiled_anew(cache: Path, pattern: str, content: bytes) -> None:
    for file in cache.rglob(pattern):
        file.write_bytes(content if content != b"half" else file.read_bytes()[: file.stat().st_size // 2])
    assert result(start(USE, cache)) == "negative relu negative relu"
    assert result(start(USE, cache)) == ""


def test_an_edited_source_has_a_folder_of_its_own_and_leaves_others_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "tuilab"
    shutil.copytree(paths.PACKAGE, package, ignore=lambda *_: ["__pycache__", "tui", "lessons"])
    monkeypatch.setattr(paths, "PACKAGE", package)

    def versions() -> list[str]:
        jit._source.cache_clear()
        modules = "tuilab.kernels.parallel.functions", "tuilab.data.gather"
        return [jit.source_version(one) for one in modules]

    try:
        functions, gather = versions()
        assert versions() == [functions, gather]
        imported = package / "kernels" / "parallel" / "elementary.py"
        imported.write_text(imported.read_text() + "# another rounding\n")
        edited, same = versions()
        assert edited != functions
        assert same == gather
        everywhere = package / "kernels" / "jit.py"
        everywhere.write_text(everywhere.read_text() + "# other float rules\n")
        assert not {functions, edited, gather} & {*versions()}
    finally:
        jit._source.cache_clear()


def test_sources_are_those_that_are_imported_and_what_they_import() -> None:
    for name in ("kernels.parallel.functions", "learners.kernels.tree_splits"):
        code = f"import sys, tuilab.{name}; print(*(one for one in sys.modules if one.startswith('tuilab.')))"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        kernels = {one for one in run.stdout.split() if ".kernels." in one}
        assert kernels <= imported_by(f"tuilab.{name}")


def imported_by(module: str) -> set[str]:
    found, waiting = set(), [module]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += jit._source(one)[1]
    return found


def test_folders_name_module_version_numba_and_processor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUILAB_CACHE", str(tmp_path / "cache"))
    jit.cache_folder.cache_clear()
    module = "tuilab.kernels.parallel.dense"
    try:
        folder = jit.cache_folder(module)
    finally:
        jit.cache_folder.cache_clear()
    assert folder == tmp_path / "cache" / f"{module}-{jit.source_version(module)}" / jit.processor()
    assert "numba" in folder.name
    assert f"py{sys.version_info[0]}{sys.version_info[1]}" in folder.name
