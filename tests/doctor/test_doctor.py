"""The doctor: each finding says what is, and what to do."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from tuilab import doctor, paths
from tuilab.cli import main
from tuilab.doctor import places, terminal


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUILAB_RUNS", str(tmp_path / "runs"))


def test_every_check_has_a_finding_of_its_name() -> None:
    found = doctor.examine()
    assert [one.name for one in found] == list(doctor.CHECKS)
    assert all(one.says for one in found)
    assert [one for one in found if one.verdict == "unknown"] == []


def test_it_prints_a_line_a_finding_and_json() -> None:
    text = CliRunner().invoke(main, ["doctor"]).output
    assert all(name in text for name in doctor.CHECKS)
    found = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).output)
    assert [one["name"] for one in found] == list(doctor.CHECKS)


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> doctor.Finding:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(doctor, "CHECKS", {"one": breaks, "runs": places.runs})
    one, other = doctor.examine()
    assert (one.verdict, one.says) == (
        "unknown",
        "could not be looked at (ZeroDivisionError: a fault of ours)",
    )
    assert other.verdict == "good"


def test_a_folder_that_others_can_write_is_bad_and_the_command_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths.runs().mkdir(mode=0o777)
    paths.runs().chmod(0o777)
    finding = places.runs()
    assert finding.verdict == "bad"
    assert "chmod 700" in finding.says
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 1


def test_a_folder_that_others_can_read_is_noted() -> None:
    paths.runs().mkdir(mode=0o755)
    paths.runs().chmod(0o755)
    assert (places.runs().verdict, "chmod 700" in places.runs().advice) == ("note", True)


def test_a_folder_that_cannot_be_made_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TUILAB_CACHE", str(tmp_path / "file" / "kernels"))
    assert places.kernels().verdict == "bad"


def test_runs_on_a_file_system_of_many_machines_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "file_system", lambda path: "nfs4")
    finding = places.runs()
    assert finding.verdict == "note"
    assert "`unknown`" in finding.advice


def test_the_file_system_of_proc_is_proc() -> None:
    if not Path("/proc/self/mounts").exists():
        pytest.skip("no /proc here")
    assert places.file_system(Path("/proc/self")) == "proc"


CONFIGURED = {
    "": False,
    "[Login]\n#KillUserProcesses=yes\n": False,
    "[Login]\nKillUserProcesses=yes\n": True,
    "[Login]\nKillUserProcesses=yes\nKillUserProcesses=no\n": False,
    "KillUserProcesses = true": True,
}


@pytest.mark.parametrize(("text", "kills"), CONFIGURED.items())
def test_what_systemd_does_at_logout_is_read_from_its_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, kills: bool
) -> None:
    (tmp_path / "logind.conf").write_text(text)
    monkeypatch.setattr(terminal, "_ask", lambda *_: "")
    monkeypatch.setattr(terminal, "LOGIND_MAIN", tmp_path / "logind.conf")
    monkeypatch.setattr(terminal, "LOGIND", (tmp_path / "drops",))
    monkeypatch.setattr(terminal, "SYSTEMD", tmp_path)
    monkeypatch.setattr(terminal, "LINGER", tmp_path / "linger")
    finding = terminal.logout()
    assert (finding.verdict == "bad") is kills
    assert ("enable-linger" in finding.advice) is kills


def test_what_systemd_itself_says_counts_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "LOGIND_MAIN", tmp_path / "none")
    monkeypatch.setattr(terminal, "_ask", lambda *_: "b true")
    assert terminal.kills_user_processes()
    monkeypatch.setattr(terminal, "_ask", lambda *_: "b false")
    assert not terminal.kills_user_processes()


def test_who_lingers_keeps_his_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import getpass

    monkeypatch.setattr(terminal, "_ask", lambda *_: "b true")
    monkeypatch.setattr(terminal, "SYSTEMD", tmp_path)
    monkeypatch.setattr(terminal, "LINGER", tmp_path)
    (tmp_path / getpass.getuser()).touch()
    assert terminal.logout().verdict == "good"


def test_in_a_pipe_it_says_so_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: False)
    assert terminal.terminal().verdict == "note"
