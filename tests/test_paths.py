"""Where things lie, and which folders are trusted."""

from pathlib import Path

import pytest

from tuilab import paths
from tuilab.errors import TuilabError


@pytest.mark.parametrize(
    ("variable", "place"),
    [("TUILAB_DATA", paths.given_data), ("TUILAB_CACHE", paths.kernels), ("TUILAB_RUNS", paths.runs)],
)
def test_each_place_can_be_named_by_its_variable(
    variable: str, place: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))
    assert callable(place)
    assert place() == tmp_path / "elsewhere"


def test_without_variables_all_lies_in_the_users_own_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("TUILAB_DATA", "TUILAB_CACHE", "TUILAB_RUNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert paths.given_data() is None
    places = (paths.data_cache(), paths.kernels(), paths.runs(), paths.progress(), paths.trust())
    assert len(set(places)) == 5
    for place in places:
        assert place.is_relative_to(tmp_path)
        assert "tuilab" in place.parts


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUILAB_DATA", "")
    assert paths.given_data() is None


def test_a_home_sign_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TUILAB_RUNS", "~/my runs")
    assert paths.runs() == tmp_path / "my runs"


def test_a_private_folder_is_made_for_the_user_alone(tmp_path: Path) -> None:
    made = paths.private_folder(tmp_path / "a" / "b")
    assert made.stat().st_mode & 0o777 == 0o700
    assert paths.private_folder(made) == made


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702, 0o1777])
def test_a_folder_that_others_write_to_is_refused_with_the_way_out(tmp_path: Path, mode: int) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    with pytest.raises(TuilabError, match="chmod 700"):
        paths.private_folder(shared)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TuilabError, match="file/runs"):
        paths.private_folder(tmp_path / "file" / "runs")


def test_the_bundled_lessons_are_found() -> None:
    assert paths.lessons().name == "lessons"
