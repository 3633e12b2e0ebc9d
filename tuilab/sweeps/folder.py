"""The folder of a sweep: `sweep.json`, and a run directory `001`, `002`, … for each of its runs."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuilab import paths
from tuilab.errors import RunError, TuilabError
from tuilab.runs import Run, Status, files
from tuilab.runs.status import ALIVE
from tuilab.sweeps.spec import Spec

OVER = frozenset(("finished", "diverged"))
"""What is not run again."""


@dataclass(frozen=True, slots=True)
class Member:
    """One run of a sweep as it stands; `run` is None, and `state` "waiting", before it was begun."""

    number: int
    settings: Mapping[str, Any]
    run: Run | None
    state: str
    status: Status

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in OVER

    @property
    def going(self) -> bool:
        return self.state in ALIVE

    @property
    def name(self) -> str:
        return f"{self.number:03d}"


class Sweep:
    """A spec with its folder."""

    def __init__(self, spec: Spec, folder: Path | None = None) -> None:
        self.spec = spec
        self.folder = folder or paths.runs() / "sweeps" / spec.name

    def prepare(self) -> None:
        """Make the folder, or see that it is this sweep's.

        Raises:
            TuilabError: it cannot be made, or it is that of another sweep.
        """
        paths.private_folder(paths.runs())
        paths.private_folder(self.folder.parent)
        paths.private_folder(self.folder)
        plan = {"runs": [dict(one) for one in self.spec.runs], "best": self.spec.best}
        place = self.folder / "sweep.json"
        try:
            found = files.read_object(place)
        except FileNotFoundError:
            files.write_whole(place, json.dumps(plan, indent=1).encode())
            return
        if found.get("runs") != plan["runs"]:
            raise RunError(
                f"{self.folder} holds a sweep of other runs: the file has changed since. "
                "Name another folder with --folder, or remove that one."
            )

    def member(self, number: int) -> Member:
        """Run number `number`, from 1."""
        settings = self.spec.runs[number - 1]
        path = self.folder / f"{number:03d}"
        try:
            run = Run.open(path)
        except TuilabError:
            return Member(number, settings, None, "waiting", Status())
        return Member(number, settings, run, run.state(), run.status())

    def members(self) -> list[Member]:
        """All runs in their order."""
        return [self.member(number) for number in range(1, len(self.spec.runs) + 1)]

    def ranked(self) -> list[Member]:
        """All runs, the best first; those without a result come last, in their order."""
        return sorted(self.members(), key=self._rank)

    def result(self, member: Member) -> float | None:
        """What the table is sorted by, for one run."""
        value: float | None = getattr(member.status, self.spec.best)
        return value

    def _rank(self, member: Member) -> tuple[bool, float, int]:
        value = self.result(member)
        if value is None or math.isnan(value) or member.state == "diverged":
            return True, 0.0, member.number
        return False, value if self.spec.lower_is_better else -value, member.number
