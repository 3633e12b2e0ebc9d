"""A lesson followed while somebody writes it, in all the ways in which editors save."""

import asyncio
import contextlib
import os

import pytest

from tuilab.lesson import load, watching
from tuilab.lesson.watching import file_system, polling_reason, readings

FRONT = "---\ntitle: {title}\ntuilab: {{id: a.b}}\n---\n# T\n\ntext\n"
MOUNTS = (
    "22 1 0:20 / / rw - ext4 /dev/sda1 rw\n"
    "23 22 0:21 / /home rw shared:1 - nfs4 server:/home rw\n"
    "24 23 0:22 / /home/me/my\\040disk rw - fuse.sshfs me@there: rw\n"
    "nonsense\n25 24\n"
)


@pytest.fixture(params=["told", "polled"])
def follow(request, tmp_path, monkeypatch):
    """Do `steps` one after the other to a lesson that is followed; answers what was read after each."""
    if request.param == "polled":
        monkeypatch.setattr(watching, "polling_reason", lambda path: "a word")
        monkeypatch.setattr(watching, "POLL", 0.05)
    path = tmp_path / "folder" / "lesson.md"
    path.parent.mkdir()
    path.write_text(FRONT.format(title="first"))

    async def run(steps):
        found = []
        async with contextlib.aclosing(readings(load(path))) as stream:
            for number, step in enumerate(steps):
                waiting = asyncio.ensure_future(anext(stream))
                # The first time, the watch itself must be there before anything happens.
                await asyncio.sleep(0.3 if number == 0 else 0.05)
                await asyncio.to_thread(step, path)
                found.append(await asyncio.wait_for(waiting, 20))
        return found

    return lambda *steps: asyncio.run(run(steps))


def write(title):
    return lambda path: path.write_text(FRONT.format(title=title))


def rename(title):
    def do(path):
        aside = path.with_name(".lesson.md.swp")
        aside.write_text(FRONT.format(title=title))
        os.replace(aside, path)

    return do


def in_two_goes(path):
    text = FRONT.format(title="whole")
    with path.open("w") as file:
        file.write(text[:9])
        file.flush()
        import time

        time.sleep(0.2)
        file.write(text[9:])


def titles(found):
    return [it.lesson.header.title if it.lesson else it.fault.split(":", 1)[1].strip() for it in found]


def test_a_text_is_read_again_however_it_is_saved(follow):
    assert titles(follow(write("second"), rename("third"), write("fourth"), in_two_goes)) == [
        *("second", "third", "fourth", "whole")
    ]


def test_a_broken_a_deleted_and_a_mended_text_are_told_of_and_nothing_ends(follow):
    found = titles(
        follow(
            lambda path: path.write_text("no front matter"),
            lambda path: path.unlink(),
            write("back"),
            lambda path: path.write_bytes(b"\xff\xfe\x00"),
            rename("again"),
        )
    )
    assert found[0].startswith("1: a lesson begins with")
    assert found[1].startswith("there is no such file")
    assert found[2] == "back"
    assert "UTF-16" in found[3]
    assert found[4] == "again"


def test_the_file_beside_a_lesson_is_followed_too(follow):
    (found,) = follow(lambda path: path.with_suffix(".py").write_text("def f(): ..."))
    assert found.lesson.companion == "def f(): ..."


def test_a_text_that_changed_before_anybody_watched_is_read_and_a_touched_one_is_not(tmp_path):
    path = tmp_path / "lesson.md"
    write("first")(path)
    lesson = load(path)
    write("second")(path)

    async def run():
        async with contextlib.aclosing(readings(lesson)) as stream:
            first = await asyncio.wait_for(anext(stream), 20)
            waiting = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0.3)
            path.touch()
            await asyncio.sleep(0.5)
            assert not waiting.done()
            write("third")(path)
            return first, await asyncio.wait_for(waiting, 20)

    assert titles(asyncio.run(run())) == ["second", "third"]


def test_a_folder_that_was_replaced_is_found_again(follow, monkeypatch):
    monkeypatch.setattr(watching, "GLANCE", 0.2)

    def replaced(path):
        path.parent.rename(path.parent.with_name("old"))
        path.parent.mkdir()
        write("new")(path)

    assert titles(follow(replaced, write("newer"))) == ["new", "newer"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/tmp/x.md", "ext4"),
        ("/home/me/x.md", "nfs4"),
        ("/home/me/my disk/x.md", "fuse.sshfs"),
        ("/homestead/x.md", "ext4"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path, kind):
    assert file_system(path, MOUNTS) == kind


def test_a_network_file_system_is_polled_and_said_so(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "file_system", lambda path: "nfs4")
    assert polling_reason(tmp_path) == (
        "This folder is on a network file system (nfs4), so it is looked at every 0.7 s."
    )
    monkeypatch.setattr(watching, "file_system", lambda path: "ext4")
    assert polling_reason(tmp_path) == ""
