"""Which process a run belongs to: host, boot, process number and start time.

A process number alone is not enough: it is given again after a while, and means nothing on another host.
"""

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Identity(NamedTuple):
    host: str
    boot: str
    """An id of this boot of the machine; empty where the system has none."""
    pid: int
    process_started: float
    """Seconds since 1970."""


def current() -> Identity:
    """This process."""
    return Identity(host(), boot(), os.getpid(), _started(os.getpid()))


def host() -> str:
    return os.uname().nodename


@cache
def boot() -> str:
    try:
        return BOOT_ID.read_text("ascii").strip()[:64]
    except (OSError, ValueError):
        return ""


def is_here(of_host: str, of_boot: str) -> bool:
    """Whether a host and boot are this machine: containers differ in name and share the boot."""
    return of_host == host() or (of_boot != "" and of_boot == boot())


def lives(pid: int, process_started: float) -> bool:
    """Whether this machine still runs the process that started then, and not a later one of its number."""
    import psutil

    if pid <= 0:
        return False
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - process_started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


@cache
def _started(pid: int) -> float:
    import psutil

    return float(psutil.Process(pid).create_time())
