"""A run directory is made whole, is private, and tells from outside how its run is."""

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tuilab.errors import RunError, TuilabError
from tuilab.runs import Run, Status, find, identity, runs

CONFIG = {"data": "mnist", "model": "mlp", "epochs": 5}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def run(root: Path) -> Run:
    return Run.create(root, CONFIG)


def set_status(run: Run, status: Status) -> None:
    """Write a status just as it is, with its own heartbeat."""
    (run.path / "status.json").write_bytes(status.to_json())


# Making


def test_runs_are_named_after_what_they_train(root: Path) -> None:
    assert [Run.create(root, CONFIG).name for _ in range(3)] == ["mnist-mlp-1", "mnist-mlp-2", "mnist-mlp-3"]
    assert Run.create(root, {**CONFIG, "data": "digits"}).name == "digits-mlp-1"
    assert Run.create(root, {}).name == "run-1"
    assert Run.create(root, {"data": "../..", "model": "\x1b[2J"}).name == "run-2j-1"


def test_a_number_is_not_given_again_while_a_later_one_is_there(root: Path) -> None:
    first, second = Run.create(root, CONFIG), Run.create(root, CONFIG)
    (first.path / "run.json").unlink()
    assert Run.create(root, CONFIG).name == "mnist-mlp-3"
    assert second.name == "mnist-mlp-2"


def test_a_run_is_private(run: Run) -> None:
    for path in (run.path, *run.path.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert run.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_new_run_holds_all_its_parts(run: Run) -> None:
    assert {path.name for path in run.path.iterdir()} == {
        "run.json",
        "status.json",
        "log.txt",
        "control",
        "inspect",
    }
    assert run.events_folder == run.path
    assert run.inspect_folder == run.path / "inspect"
    config = run.config()
    assert config.pop("created") == pytest.approx(time.time(), abs=60)
    assert config == CONFIG
    assert run.state() == run.status().state == "starting"


def test_many_who_make_runs_at_once_get_runs_of_their_own(root: Path) -> None:
    made: list[Run] = []
    threads = [threading.Thread(target=lambda: made.append(Run.create(root, CONFIG))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.name for run in made) == [f"mnist-mlp-{n}" for n in range(1, 9)]
    assert [path.name for path in root.iterdir() if path.name.startswith(".")] == []


def test_a_run_can_be_given_a_name_once(root: Path) -> None:
    assert Run.create(root, CONFIG, name="my_run.v2").name == "my_run.v2"
    with pytest.raises(RunError, match="already a run"):
        Run.create(root, CONFIG, name="my_run.v2")
    assert len(list(root.iterdir())) == 1


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "..", "-x", "x" * 65, "a b", "é", "a\n", "\x1b[2J"])
def test_a_name_that_could_mislead_is_refused(root: Path, name: str) -> None:
    with pytest.raises(RunError, match="cannot name a run") as caught:
        Run.create(root, CONFIG, name=name)
    assert "\x1b" not in str(caught.value)


def test_a_folder_that_others_write_to_gets_no_runs(root: Path) -> None:
    root.mkdir()
    root.chmod(0o777)
    with pytest.raises(TuilabError, match="other users can write"):
        Run.create(root, CONFIG)


def test_a_run_that_cannot_be_finished_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tuilab.runs.files.write_all", full)
    with pytest.raises(RunError, match="No space left"):
        Run.create(root, CONFIG)
    assert list(root.iterdir()) == []


# Finding


def test_the_newest_run_comes_first(root: Path) -> None:
    made = [Run.create(root, CONFIG) for _ in range(3)]
    assert runs(root) == made[::-1]
    os.utime(made[0].path / "run.json", (2e9, 2e9))
    assert [run.name for run in runs(root)] == ["mnist-mlp-1", "mnist-mlp-3", "mnist-mlp-2"]


def test_ten_comes_after_nine(root: Path) -> None:
    for run in [Run.create(root, CONFIG) for _ in range(10)]:
        os.utime(run.path / "run.json", (1e9, 1e9))
    assert [run.name for run in runs(root)][:2] == ["mnist-mlp-10", "mnist-mlp-9"]


def test_what_is_no_run_is_not_listed(root: Path, run: Run, tmp_path: Path) -> None:
    (root / "empty").mkdir()
    (root / "file").write_text("")
    (root / ".new-1").mkdir()
    (root / "link").symlink_to(run.path)
    (root / "pretender").mkdir()
    (root / "pretender" / "run.json").symlink_to(run.path / "run.json")
    assert runs(root) == [run]
    assert runs(tmp_path / "nowhere") == []


def test_a_run_is_opened_by_its_path_and_found_by_its_name(root: Path, run: Run) -> None:
    assert Run.open(run.path) == find(root, "mnist-mlp-1") == find(root, str(run.path)) == run
    assert run in {run}


def test_a_name_that_is_almost_right_is_answered_with_the_right_one(root: Path, run: Run) -> None:
    with pytest.raises(RunError, match="Did you mean mnist-mlp-1"):
        find(root, "mnist-mpl-1")
    with pytest.raises(RunError, match="tuilab runs"):
        find(root, "zzz")
    with pytest.raises(RunError, match="none yet"):
        find(root / "empty", "zzz")
    with pytest.raises(RunError, match="is not a run"):
        Run.open(root)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b'"' + b"x" * (2 << 20) + b'"'])
def test_a_damaged_run_json_is_named(run: Run, content: bytes) -> None:
    (run.path / "run.json").write_bytes(content)
    with pytest.raises(RunError, match=r"run\.json: this file of the run is damaged"):
        run.config()


def test_a_run_that_is_gone_is_told(run: Run) -> None:
    (run.path / "run.json").unlink()
    with pytest.raises(RunError, match="gone"):
        run.config()


# Its status


def test_a_status_is_replaced_whole_while_others_read_it(run: Run) -> None:
    stop = threading.Event()
    seen: set[str] = set()

    def read() -> None:
        while not stop.is_set():
            status = run.status()
            seen.add(status.state)
            assert len(status.message) in (0, 1500)

    reader = threading.Thread(target=read)
    reader.start()
    for epoch in range(100):
        run.write_status(Status(state="running", epoch=epoch, message="x" * 1500))
    stop.set()
    reader.join()
    assert seen <= {"starting", "running"}
    assert run.status().heartbeat == pytest.approx(time.time(), abs=60)
    assert [path.name for path in run.path.glob(".*")] == []


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[" * 100_000, b" " * (2 << 20), b"\x80"])
def test_a_damaged_status_is_unknown_and_no_exception(run: Run, content: bytes) -> None:
    (run.path / "status.json").write_bytes(content)
    assert run.status().state == run.state() == "unknown"
    assert "damaged" in run.status().message


def test_a_status_behind_a_symlink_is_not_read(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(Status(state="running").to_json())
    (run.path / "status.json").unlink()
    (run.path / "status.json").symlink_to(outside)
    assert run.status().state == "unknown"
    (run.path / "status.json").unlink()
    assert run.status().state == "unknown"


HERE: dict[str, Any] = {"host": identity.host(), "boot": identity.boot()}
ELSEWHERE: dict[str, Any] = {"host": "another-host", "boot": "another-boot"}


@pytest.mark.parametrize("state", ["finished", "stopped", "diverged", "failed"])
def test_a_run_that_says_it_ended_has_ended(run: Run, state: Any) -> None:
    set_status(run, Status(state=state, **HERE))
    assert run.state() == state


def test_a_run_that_says_it_goes_on_without_its_lock_is_dead(run: Run) -> None:
    run.hold_lock().release()
    set_status(run, Status(state="running", heartbeat=time.time(), pid=os.getpid(), **HERE))
    assert run.state() == "dead"
    with pytest.raises(RunError, match=r"has ended \(dead\)"):
        run.send("pause")


def test_a_run_from_before_the_machine_was_started_anew_is_dead(run: Run) -> None:
    run.hold_lock().release()
    set_status(run, Status(state="running", heartbeat=time.time(), host=identity.host(), boot="earlier"))
    assert run.state() == "dead"


def test_a_run_may_take_a_while_to_start_but_not_for_ever(run: Run) -> None:
    assert run.state() == "starting"
    set_status(run, replace(run.status(), heartbeat=time.time() - 3600))
    assert run.state() == "dead"


def test_a_run_on_another_host_is_believed_while_its_heart_beats(run: Run) -> None:
    run.hold_lock().release()
    set_status(run, Status(state="running", heartbeat=time.time(), **ELSEWHERE))
    assert run.state() == "running"
    set_status(run, Status(state="running", heartbeat=time.time() - 3600, **ELSEWHERE))
    assert run.state() == "unknown"
    assert run.process() is None


def test_a_run_on_another_host_whose_lock_is_seen_is_alive(run: Run) -> None:
    with run.hold_lock():
        set_status(run, Status(state="running", heartbeat=0.0, **ELSEWHERE))
        assert run.state() == "running"


def test_where_there_are_no_locks_the_process_decides(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuilab.runs.lock.look", lambda path: None)
    run.hold_lock().release()
    set_status(run, Status(state="running", **identity.current()._asdict()))
    assert run.state() == "running"
    assert run.is_held()
    set_status(run, Status(state="running", **identity.current()._replace(process_started=1.0)._asdict()))
    assert run.state() == "dead"
    assert not run.is_held()


def test_a_run_that_ends_between_two_looks_is_not_called_dead(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_status(run, Status(state="running", heartbeat=time.time(), **HERE))

    def ends_meanwhile(path: Path) -> bool:
        set_status(run, Status(state="finished", **HERE))
        return False

    monkeypatch.setattr("tuilab.runs.lock.look", ends_meanwhile)
    assert run.state() == "finished"


# Its log


def test_the_log_is_added_to_and_its_end_is_safe_to_show(run: Run) -> None:
    with run.log_path.open("ab") as log:
        log.write(b"first line\n\x1b[31mred\x1b[0m \xff\n" + b"x" * 100_000 + b"\n")
    run.log("one\nword\x1b")
    assert run.log_path.read_text(errors="replace").endswith("  one word␛\n")
    tail = run.log_tail(lines=2)
    assert len(tail.split("\n")) == 2
    assert max(len(line) for line in tail.split("\n")) <= 500
    assert "\x1b" not in run.log_tail(1000)
    assert "␛[31mred" in run.log_tail(1000)


def test_a_log_that_is_not_there_is_empty_and_stops_nothing(run: Run, tmp_path: Path) -> None:
    run.log_path.unlink()
    assert run.log_tail() == ""
    outside = tmp_path / "outside"
    outside.write_text("")
    run.log_path.symlink_to(outside)
    run.log("not there")
    assert outside.read_text() == ""
