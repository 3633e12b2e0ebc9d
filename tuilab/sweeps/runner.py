"""Runs what a sweep has left to do, some at a time."""

import os
import subprocess
import time
from collections.abc import Callable

from tuilab import training
from tuilab.errors import TuilabError
from tuilab.runs import Run
from tuilab.sweeps.folder import Member, Sweep

POLL_SECONDS = 0.05
STOP_SECONDS = 15.0
Tell = Callable[[Member], None]


def run_all(sweep: Sweep, jobs: int, tell: Tell, look: Callable[[], None] = lambda: None) -> bool:
    """Run what is not over yet, `jobs` at a time; answers whether all went well.

    `tell` hears of each run when it is begun and when it has ended, `look` is called all the while. When this
    is interrupted, each run is stopped with its state kept.
    """
    sweep.prepare()
    waiting = [one.number for one in sweep.members() if not one.over and not one.going]
    going: dict[int, tuple[Run, subprocess.Popen[bytes]]] = {}
    failed = False
    try:
        while waiting or going:
            while waiting and len(going) < jobs:
                number = waiting.pop(0)
                member = sweep.member(number)
                if member.over or member.going:
                    continue  # somebody else took it up meanwhile
                going[number] = _begin(sweep, member, threads_for(jobs))
                tell(sweep.member(number))
            for number, (_, process) in list(going.items()):
                if process.poll() is not None:
                    del going[number]
                    ended = sweep.member(number)
                    failed = failed or not ended.over
                    tell(ended)
            look()
            time.sleep(POLL_SECONDS)
    finally:
        _stop(going)
    return not failed


def run_one(sweep: Sweep, number: int, tell: Tell, look: Callable[[], None] = lambda: None) -> bool:
    """Run one of the sweep's runs, with all threads: for a scheduler that starts each by itself."""
    sweep.prepare()
    member = sweep.member(number)
    if member.over:
        tell(member)
        return True
    if member.going:
        raise TuilabError(f"run {member.name} is {member.state}: it goes on already.")
    going = {number: _begin(sweep, member, None)}
    try:
        process = going[number][1]
        while process.poll() is None:
            look()
            time.sleep(POLL_SECONDS)
    finally:
        _stop(going)
    ended = sweep.member(number)
    tell(ended)
    return ended.over


def threads_for(jobs: int) -> int:
    """How many threads each of so many runs at a time may have."""
    own = os.environ.get("TUILAB_THREADS", "")
    if own.isdecimal():
        have = int(own)
    else:
        have = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, have // jobs)


def _begin(sweep: Sweep, member: Member, threads: int | None) -> "tuple[Run, subprocess.Popen[bytes]]":
    if member.run is not None:
        return member.run, training.resume(member.run)
    settings = {"threads": threads, **member.settings}
    return training.start(settings, root=sweep.folder, name=member.name)


def _stop(going: "dict[int, tuple[Run, subprocess.Popen[bytes]]]") -> None:
    for _, process in going.values():
        process.terminate()  # a run keeps its state and stops
    deadline = time.monotonic() + STOP_SECONDS
    for _, process in going.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
