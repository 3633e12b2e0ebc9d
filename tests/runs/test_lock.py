"""One process holds a run, and the system frees the lock whatever ends it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tuilab.errors import RunError
from tuilab.runs import Run, Status, identity, lock
from tuilab.runs.lock import RunLock

HOLDER = """
import sys, time
from pathlib import Path
from tuilab.runs import Run, Status
run = Run.open(Path(sys.argv[1]))
run.hold_lock()
run.write_status(Status(state="running"))
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def holder(run: Run) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the lock of a run and says that it runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(run.path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.create(tmp_path / "runs", {"data": "mnist", "model": "mlp"})


def test_a_lock_is_held_until_it_is_released(run: Run) -> None:
    assert not run.is_held()
    with run.hold_lock():
        assert run.is_held()
    assert not run.is_held()


def test_taking_a_lock_twice_is_taking_it_once(run: Run) -> None:
    held = run.hold_lock()
    assert run.hold_lock() is held
    held.release()
    held.release()
    assert not run.is_held()


def test_only_one_of_two_processes_has_the_lock(run: Run) -> None:
    with holder(run):
        assert run.is_held()
        with pytest.raises(RunError, match="another process"):
            run.hold_lock()
        assert run.state() == "running"


def test_many_who_compete_give_one_winner(tmp_path: Path) -> None:
    contender = (
        "import sys, time\nfrom pathlib import Path\nfrom tuilab.errors import RunError\n"
        "from tuilab.runs.lock import RunLock\n"
        "try:\n    RunLock(Path(sys.argv[1])).acquire()\nexcept RunError:\n    sys.exit(3)\n"
        "print('held', flush=True)\nsys.stdin.read()\n"
    )
    arguments = [sys.executable, "-c", contender, str(tmp_path / "lock")]
    processes = [
        subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said: list[str] = []
    for process in processes:
        assert process.stdout is not None
        said.append(process.stdout.readline())
    for process in processes:
        process.communicate()
    assert sorted(said) == ["", "", "held\n"]
    assert sorted(process.returncode for process in processes) == [0, 3, 3]


@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_killed_holder_frees_the_lock_and_the_run_is_dead(run: Run, fatal: signal.Signals) -> None:
    with holder(run) as process:
        assert run.process() == process.pid
        process.send_signal(fatal)
        process.wait()
        assert not run.is_held()
        assert run.status().state == "running"
        assert run.state() == "dead"
        assert run.process() is None
        run.hold_lock().release()


def test_someone_who_looks_does_not_keep_a_holder_out(run: Run) -> None:
    import fcntl
    import threading

    run.hold_lock().release()
    descriptor = os.open(run.path / "lock", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    threading.Timer(0.05, os.close, [descriptor]).start()
    run.hold_lock().release()


def test_the_lock_of_a_removed_file_keeps_nobody_out_and_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    old, new = RunLock(path), RunLock(path)
    old.acquire()
    path.unlink()
    new.acquire()
    assert lock.look(path)
    old.release()
    assert lock.look(path)
    new.release()


def test_a_lock_file_is_private_and_names_its_holder(run: Run) -> None:
    with run.hold_lock():
        path = run.path / "lock"
        assert path.stat().st_mode & 0o777 == 0o600
        assert f'"pid": {os.getpid()}' in path.read_text()


def test_a_symlink_is_no_lock(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("keep me")
    (run.path / "lock").symlink_to(target)
    with pytest.raises(RunError, match="cannot be locked"):
        run.hold_lock()
    assert target.read_text() == "keep me"


def test_the_holder_signs_the_status(run: Run) -> None:
    run.write_status(Status(pid=1, host="elsewhere"))
    assert (run.status().pid, run.status().host) == (1, "elsewhere")
    with run.hold_lock():
        run.write_status(Status(state="running", pid=1, host="elsewhere"))
        status = run.status()
    assert (status.pid, status.host, status.boot) == (os.getpid(), identity.host(), identity.boot())
    assert identity.lives(status.pid, status.process_started)
    assert not identity.lives(status.pid, status.process_started - 100)
    assert not identity.lives(0, 0.0)
