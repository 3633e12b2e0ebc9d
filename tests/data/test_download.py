"""A download ends with a whole, checked file under its name, or with one sentence and none."""

import contextlib
import http.server
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tuilab.data import download
from tuilab.errors import DataError

CONTENT = bytes(range(256)) * 1024
Answer = Callable[["Request", int], None]


class Request(http.server.BaseHTTPRequestHandler):
    """One request to the mirror; `serve` says how each is answered."""

    protocol_version = "HTTP/1.1"
    answer: Answer
    seen: list[str | None]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Range"))
        self.close_connection = True
        type(self).answer(self, len(self.seen) - 1)

    def log_message(self, *_: object) -> None: ...

    def send(
        self,
        body: bytes,
        *,
        length: int | None = None,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # the other end may have heard enough
            self.wfile.write(body)

    def wanted(self) -> int:
        return int((self.headers.get("Range") or "bytes=0-")[6:-1])

    def send_rest(self, content: bytes, until: int | None = None) -> None:
        """The part that was asked for, as a mirror that can resume sends it."""
        start = self.wanted()
        headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        self.send(
            content[start:until],
            length=len(content) - start,
            status=206 if start else 200,
            headers=headers,
        )


@contextlib.contextmanager
def serve(answer: Answer) -> Iterator[tuple[str, list[str | None]]]:
    """A mirror on this machine: its address, and the ranges that it was asked for."""
    seen: list[str | None] = []
    handler = type("Handler", (Request,), {"answer": staticmethod(answer), "seen": seen})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/images.gz", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def check(part: Path) -> bytes:
    """Stands for unpacking and hashing: what is right begins a byte later than what was sent."""
    if part.read_bytes() not in (CONTENT, CONTENT[1:]):
        raise DataError(f"{part}: damaged or altered.")
    return CONTENT[1:]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "mnist" / "images"


def fetch(target: Path, *urls: str, progress: download.Progress | None = None) -> Path:
    return download.fetch(urls, target, len(CONTENT), check, progress)


def files(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if path.suffix != ".lock")


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_a_file_arrives_checked_with_progress_and_nothing_beside_it(target: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    with serve(lambda request, _: request.send(CONTENT)) as (url, _):
        assert fetch(target, url, progress=lambda *step: steps.append(step)) == target
    assert target.read_bytes() == CONTENT[1:]
    assert files(target) == ["images"]
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)
    assert steps[-1] == ("images", len(CONTENT), len(CONTENT))


def test_a_cut_connection_is_taken_up_where_it_broke(target: Path) -> None:
    with serve(lambda request, n: request.send_rest(CONTENT, None if n else 100_000)) as (url, seen):
        fetch(target, url)
    assert target.read_bytes() == CONTENT[1:]
    assert seen == [None, "bytes=100000-"]


def test_a_mirror_that_cannot_resume_starts_over(target: Path) -> None:
    def answer(request: Request, n: int) -> None:
        request.send(CONTENT if n else CONTENT[:100_000], length=len(CONTENT))

    with serve(answer) as (url, seen):
        fetch(target, url)
    assert target.read_bytes() == CONTENT[1:]
    assert len(seen) == 2


def test_a_connection_that_breaks_for_good_leaves_no_file_and_a_later_start_goes_on(target: Path) -> None:
    with (
        serve(lambda request, n: request.send_rest(CONTENT, request.wanted() + (0 if n else 1000))) as (
            url,
            _,
        ),
        pytest.raises(DataError, match=r"127\.0\.0\.1: the connection broke after 1,000 of 262,144 bytes"),
    ):
        fetch(target, url)
    assert files(target) == ["images.part"]
    with serve(lambda request, _: request.send_rest(CONTENT)) as (url, seen):
        fetch(target, url)
    assert seen == ["bytes=1000-"]
    assert files(target) == ["images"]


def test_a_rest_of_another_file_is_thrown_away_and_the_whole_fetched(target: Path) -> None:
    target.parent.mkdir()
    target.with_name("images.part").write_bytes(b"of something else")
    with serve(lambda request, _: request.send_rest(CONTENT)) as (url, seen):
        fetch(target, url)
    assert target.read_bytes() == CONTENT[1:]
    assert seen == ["bytes=17-", None]


def test_a_complete_rest_is_used_when_the_mirror_has_no_more(target: Path) -> None:
    target.parent.mkdir()
    target.with_name("images.part").write_bytes(CONTENT)
    with serve(lambda request, _: request.send(b"", status=416)) as (url, _):
        fetch(target, url)
    assert target.read_bytes() == CONTENT[1:]


def endless(request: Request, _: int) -> None:
    request.send_response(200)
    request.end_headers()
    with contextlib.suppress(OSError):
        while True:
            request.wfile.write(CONTENT)


def nonsense(request: Request, _: int) -> None:
    request.wfile.write(b"\x16\x03\x01 not http at all\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            lambda request, _: request.send(b"<!DOCTYPE html><p>Log in"),
            "web page, perhaps a network's login page",
        ),
        (lambda request, _: request.send(CONTENT[::-1]), "damaged or altered"),
        (lambda request, _: request.send(CONTENT[:-1]), "damaged or altered"),
        (lambda request, _: request.send(b""), "damaged or altered"),
        (lambda request, _: request.send(b"", length=10**12), "offers 1,000,000,000,000 bytes where 262,144"),
        (endless, "more than the 262,144 bytes"),
        (lambda request, _: request.send(b"gone", status=404), "HTTP status 404"),
        (lambda request, _: request.send(b"", status=403), "HTTP status 403"),
        (nonsense, "makes no sense"),
        (lambda request, _: None, "makes no sense|reset"),
    ],
)
def test_wrong_content_gives_one_sentence_and_no_file(target: Path, answer: Answer, sentence: str) -> None:
    with serve(answer) as (url, _), pytest.raises(DataError, match=sentence) as caught:
        fetch(target, url)
    assert "images could not be downloaded (127.0.0.1: " in str(caught.value)
    assert "\n" not in str(caught.value)
    assert files(target) == []


def test_another_part_than_asked_for_is_refused(target: Path) -> None:
    target.parent.mkdir()
    target.with_name("images.part").write_bytes(CONTENT[:10])

    def answer(request: Request, n: int) -> None:
        if n:
            request.send(b"", status=500)
        else:
            request.send(CONTENT[20:], status=206, headers={"Content-Range": "bytes 20-262143/262144"})

    with serve(answer) as (url, _), pytest.raises(DataError):
        fetch(target, url)
    assert not target.exists()


def test_the_next_mirror_is_asked_when_one_fails(target: Path) -> None:
    with (
        serve(lambda request, _: request.send(b"<html>")) as (bad, _),
        serve(lambda request, _: request.send(CONTENT)) as (good, _),
    ):
        fetch(target, bad, good)
    assert target.read_bytes() == CONTENT[1:]


def test_off_line_each_mirror_is_named_with_its_reason(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(DataError, match=r"\(127\.0\.0\.1: connection refused\)"):
        fetch(target, f"http://127.0.0.1:{port}/images.gz")


def test_a_mirror_that_says_nothing_is_given_up(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/images.gz"
        with pytest.raises(DataError, match="no answer for"):
            fetch(target, url)


def test_a_redirect_never_leaves_encryption() -> None:
    handler = download._StayEncrypted()
    asked = urllib.request.Request("https://mirror.example/images.gz")
    with pytest.raises(urllib.error.URLError, match="without encryption"):
        handler.redirect_request(asked, None, 302, "Found", None, "http://portal.example/")  # type: ignore[arg-type]


def test_a_damaged_file_in_place_is_replaced_and_a_good_one_kept(target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"damaged")
    with serve(lambda request, _: request.send(CONTENT)) as (url, seen):
        fetch(target, url)
        assert target.read_bytes() == CONTENT[1:]
        fetch(target, url)
    assert len(seen) == 1


def test_two_at_once_download_once(target: Path) -> None:
    with serve(lambda request, _: request.send(CONTENT)) as (url, seen):
        both = [threading.Thread(target=fetch, args=(target, url)) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
    assert target.read_bytes() == CONTENT[1:]
    assert len(seen) == 1


def test_a_folder_that_cannot_be_made_gives_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "mnist").write_text("a file in its place")
    with pytest.raises(DataError, match=r"cannot be written .*TUILAB_DATA"):
        fetch(tmp_path / "mnist" / "images", "http://127.0.0.1:1/")


def test_a_full_disk_is_not_blamed_on_the_mirrors(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with (
        serve(lambda request, _: request.send(CONTENT)) as (url, _),
        pytest.raises(
            DataError, match=r"cannot be written \(No space left on device\)\. Free some space"
        ) as caught,
    ):
        fetch(target, url)
    assert "mirror" not in str(caught.value)
    assert files(target) == ["images.part"]  # whole, and used by the next start
