"""Downloading one file from the first mirror that gives it whole, into place only when it is checked.

What arrives lies in `NAME.part` until it is complete, so that a download that was cut off is taken up
again, even by a later start. The checked content is then written to a temporary file, synced, and
renamed: nobody ever sees half a file under its name.
"""

import contextlib
import http.client
import os
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from tuilab.data.idx import looks_like_html
from tuilab.errors import DataError

Progress = Callable[[str, int, int], None]
Check = Callable[[Path], bytes | memoryview]

TIMEOUT = 20.0  # seconds without a byte
BLOCK = 1 << 16
TRIES = 4  # per mirror, as long as each brings the file further


def fetch(
    urls: Sequence[str], target: Path, size: int, check: Check, progress: Progress | None = None
) -> Path:
    """Download `target` from the first of `urls` that gives it.

    `size` is the length expected, a quarter more is the most that is taken. `check` is given the complete
    download and answers the content to keep; it raises DataError where the download is not what it
    should be. `progress(name, done, total)` is called as it comes in.

    Raises:
        DataError: no mirror gave a file that passed, or the folder cannot be written; one sentence with
            what each mirror said.
    """
    part = target.with_name(target.name + ".part")
    complaints: list[str] = []
    with _writing(target), _only_one(target.with_name(target.name + ".lock")):
        if target.exists() and _passes(check, target):
            return target  # another process was faster
        for url in urls:
            try:
                content = _checked(url, part, size, check, progress)
            except _UnwritableError:
                raise
            except (_CutError, DataError) as error:
                complaints.append(f"{_host(url)}: {_reason(error, part)}")
                continue
            replace(target, content)
            part.unlink(missing_ok=True)
            return target
    raise DataError(f"{target.name} could not be downloaded ({'; '.join(complaints) or 'no mirrors'}).")


def replace(target: Path, content: bytes | memoryview) -> None:
    """Write `content` under the name `target`, wholly or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


class _CutError(Exception):
    """The download did not come to its end; what has arrived may be taken up again."""


class _UnwritableError(DataError):
    """Our own disk refused: other mirrors will not help."""


def _checked(url: str, part: Path, size: int, check: Check, progress: Progress | None) -> bytes | memoryview:
    """The content from one mirror. What does not pass is removed, and if it had begun before, got anew."""
    begun = _length(part) > 0
    try:
        _download(url, part, size, progress)
        return check(part)
    except _UnwritableError:
        raise
    except DataError:
        part.unlink(missing_ok=True)
        if not begun:
            raise
    try:
        _download(url, part, size, progress)
        return check(part)
    except DataError:
        part.unlink(missing_ok=True)
        raise


def _download(url: str, part: Path, size: int, progress: Progress | None) -> None:
    """Bring `part` to its full length, in several goes where the connection breaks."""
    for _ in range(TRIES):
        before = _length(part)
        try:
            return _one_go(url, part, size, progress)
        except _CutError:
            if _length(part) <= before:
                raise
    raise _CutError("the connection broke again and again")


def _one_go(url: str, part: Path, size: int, progress: Progress | None) -> None:
    have = _length(part)
    headers = {"User-Agent": "tuilab", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        with _OPENER.open(urllib.request.Request(url, headers=headers), timeout=TIMEOUT) as answer:
            resumed = answer.status == 206
            if resumed and not str(answer.headers.get("Content-Range", "")).startswith(f"bytes {have}-"):
                raise DataError("it answered with another part of the file than was asked for")
            if not resumed:
                have = 0
            total = _announced(answer, have)
            most = size + size // 4
            if total is not None and total > most:
                raise DataError(f"it offers {total:,} bytes where {size:,} were expected")
            if not resumed:
                with _writing(part):
                    part.write_bytes(b"")
            while block := answer.read(BLOCK):
                if have == 0 and looks_like_html(block):
                    raise DataError("it sent a web page, perhaps a network's login page")
                have += len(block)
                if have > most:
                    raise DataError(f"it sent more than the {size:,} bytes expected")
                with _writing(part), part.open("ab") as file:
                    file.write(block)
                if progress is not None:
                    progress(part.name.removesuffix(".part"), have, total or max(size, have))
            if total is not None and have < total:
                raise _CutError(f"the connection broke after {have:,} of {total:,} bytes")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:  # our part is as long as the file, or longer: let the check decide
            return
        raise _CutError(f"HTTP status {error.code}") from error
    except (http.client.HTTPException, ssl.SSLError, OSError) as error:
        raise _CutError(_network_reason(error)) from error


def _announced(answer: http.client.HTTPResponse, have: int) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return have + int(length) if length.isdigit() and len(length) < 16 else None


class _StayEncrypted(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but not from https to anything else."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.type == "https" and not newurl.lower().startswith("https://"):
            raise urllib.error.URLError("it redirects to an address without encryption")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = urllib.request.build_opener(_StayEncrypted)


def _network_reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return f"no answer for {TIMEOUT:.0f} seconds"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(reason, http.client.HTTPException):
        return f"its answer makes no sense ({type(reason).__name__})"
    if isinstance(reason, OSError):
        return (reason.strerror or type(reason).__name__).lower()
    return str(reason)


def _passes(check: Check, target: Path) -> bool:
    try:
        check(target)
    except DataError:
        return False
    return True


def _length(part: Path) -> int:
    try:
        return part.stat().st_size
    except OSError:
        return 0


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _reason(error: Exception, part: Path) -> str:
    return str(error).removeprefix(f"{part}: ").rstrip(".")


@contextlib.contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Makes the folder of `target`, and gives a sentence where it cannot be made or written."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise _UnwritableError(
            f"{target}: cannot be written ({error.strerror or error}). "
            "Free some space, or put the files into a folder named by TUILAB_DATA."
        ) from error


@contextlib.contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Holds `lock` so that two processes do not download the same file; the second one waits."""
    import fcntl

    with lock.open("wb") as file:
        with contextlib.suppress(OSError):  # some network file systems know no locks; the check remains
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
