"""Where things lie: compiled kernels, MNIST, runs."""

import os
import shutil
import stat
from pathlib import Path

from tuilab import paths
from tuilab.doctor.findings import Finding
from tuilab.errors import TuilabError
from tuilab.text import safe

LITTLE_ROOM = 1_000_000_000
NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "fuse.sshfs", "9p", "afs")
)
"""File systems that several machines share: there, locks may not reach from one to another."""


def kernels() -> Finding:
    """The folder of compiled kernels: whether they can be kept there."""
    return _folder("compiled kernels", paths.kernels(), "TUILAB_CACHE")


def runs() -> Finding:
    """The folder of runs: private, writable, with room, and of which file system."""
    found = _folder("runs", paths.runs(), "TUILAB_RUNS")
    if found.verdict != "good":
        return found
    kind = file_system(paths.runs())
    says = f"{found.says}, {kind}" if kind else found.says
    if kind in NETWORK:
        return Finding(
            "runs",
            "note",
            says,
            "Other machines share it: a run of theirs that fell silent is `unknown`, not taken for dead.",
        )
    return Finding("runs", "good", says)


def mnist() -> Finding:
    """Where MNIST was found."""
    from tuilab import data

    where = data.path("mnist")
    if where is None:
        return Finding(
            "MNIST",
            "note",
            "not on this machine",
            "`tuilab data get mnist` fetches it; else digits are drawn.",
        )
    return Finding("MNIST", "good", safe(str(where), limit=200))


def file_system(path: Path) -> str:
    """The kind of the file system that a path is on; empty where the system does not say."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    place, best, kind = str(path.resolve()), "", ""
    for line in lines:
        point, found = [*line.split(" "), "", ""][1:3]
        point = point.replace("\\040", " ")
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, found
    return safe(kind, limit=40)


def _folder(name: str, path: Path, variable: str) -> Finding:
    shown = safe(str(path), limit=200)
    other = f"Set {variable} to a folder of your own."
    try:
        paths.private_folder(path)
    except TuilabError as error:
        return Finding(name, "bad", str(error))
    if not os.access(path, os.W_OK | os.X_OK) or not _can_write(path):
        return Finding(name, "bad", f"{shown} cannot be written", other)
    mode = stat.S_IMODE(path.stat().st_mode)
    free = shutil.disk_usage(path).free
    says = f"{shown}, mode {mode:04o}, {free / 1e9:,.1f} GB free"
    if free < LITTLE_ROOM:
        return Finding(name, "note", says, f"There is little room. {other}")
    if mode & 0o077:
        return Finding(name, "note", says, f"Others may look into it: `chmod 700 {shown}` ends that.")
    return Finding(name, "good", says)


def _can_write(path: Path) -> bool:
    draft = path / f".doctor-{os.getpid()}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError:
        return False
    os.close(descriptor)
    draft.unlink()
    return True
