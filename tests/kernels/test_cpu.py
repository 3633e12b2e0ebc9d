"""How many threads: what the process may use, not what the machine has."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tuilab.kernels import cpu


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    (tmp_path / "cgroup").mkdir()
    return tmp_path / "cgroup"


def quota(groups: Path, own: str) -> float | None:
    (groups.parent / "own").write_text(own)
    return cpu.cgroup_quota(groups, groups.parent / "own")


def v2(folder: Path, content: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cpu.max").write_text(content)


def v1(folder: Path, microseconds: int, period: int = 100_000) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cpu.cfs_quota_us").write_text(f"{microseconds}\n")
    (folder / "cpu.cfs_period_us").write_text(f"{period}\n")


def test_without_control_groups_there_is_no_quota(tmp_path: Path) -> None:
    assert cpu.cgroup_quota(tmp_path / "none", tmp_path / "nothing") is None


def test_a_container_sees_its_own_quota_at_the_root(groups: Path) -> None:
    v2(groups, "150000 100000\n")
    assert quota(groups, "0::/\n") == 1.5


def test_every_level_above_limits(groups: Path) -> None:
    v2(groups / "user" / "job", "max 100000\n")
    v2(groups / "user", "300000 100000\n")
    v2(groups, "max 100000\n")
    assert quota(groups, "0::/user/job\n") == 3
    v2(groups / "user" / "job", "50000 100000\n")
    assert quota(groups, "0::/user/job\n") == 0.5
    assert quota(groups, "0::/user\n") == 3


def test_version_1_has_two_files(groups: Path) -> None:
    v1(groups / "cpu", 250_000)
    assert quota(groups, "4:cpu,cpuacct:/\n3:memory:/elsewhere\n") == 2.5
    v1(groups / "cpu", -1)
    assert quota(groups, "4:cpu,cpuacct:/\n") is None


def test_version_1_limits_at_every_level_too(groups: Path) -> None:
    v1(groups / "cpu", -1)
    v1(groups / "cpu" / "slurm" / "job", 400_000)
    assert quota(groups, "7:memory:/else\n4:cpu,cpuacct:/slurm/job\n") == 4


@pytest.mark.parametrize("content", ["", "max", "lots 100000", "100000 0", "100000", "\x00\xff"])
def test_a_file_that_makes_no_sense_limits_nothing(groups: Path, content: str) -> None:
    v2(groups, content)
    assert quota(groups, "0::/\n") is None
    assert quota(groups, "nonsense\n::\n") is None


@pytest.mark.parametrize(("limit", "threads"), [(None, 8), (2.0, 2), (1.5, 2), (0.1, 1), (64.0, 8)])
def test_threads_are_the_fewer_of_affinity_and_quota(
    monkeypatch: pytest.MonkeyPatch, limit: float | None, threads: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(cpu, "cgroup_quota", lambda: limit)
    assert cpu.available_threads() == threads


@pytest.mark.skipif(shutil.which("taskset") is None, reason="no taskset")
def test_a_process_bound_to_one_processor_uses_one_thread() -> None:
    code = (
        "from tuilab.kernels import jit; import numba; print(jit.threads(), numba.config.NUMBA_NUM_THREADS)"
    )
    first = min(os.sched_getaffinity(0))
    found = subprocess.run(
        ["taskset", "-c", str(first), sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == ["1", "1"]


@pytest.mark.skipif(cpu.features_with_widest_vectors() is None, reason="no vectors of 512 bits here")
@pytest.mark.parametrize(
    ("given", "widest"),
    [({}, True), ({"NUMBA_CPU_FEATURES": "+avx2"}, False), ({"NUMBA_CPU_NAME": "generic"}, False)],
)
def test_vectors_are_as_wide_as_they_can_be_unless_somebody_chose(
    given: dict[str, str], widest: bool
) -> None:
    code = (
        "from tuilab.kernels import jit; import numba, os;"
        "print('-prefer-256-bit' in (numba.config.CPU_FEATURES or ''), os.environ.get('NUMBA_CPU_FEATURES'))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **given}, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [str(widest), str(given.get("NUMBA_CPU_FEATURES"))]
