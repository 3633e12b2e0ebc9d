"""`tuilab bench`: what this machine does, as figures beside the budgets. No test asserts a time.

Each figure is the best of a few tries, since other work on the machine can only slow a try down. The
comparisons (against NumPy, with and without the lab watching) take turns, so that drift meets both sides.
"""

import importlib
import json
import platform
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from tuilab.errors import TuilabError


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: `value` in `unit`, and what it should be at most or at least, where that is set."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the budget holds; None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return self.value >= self.at_least if self.at_least is not None else None

    def line(self) -> str:
        """The figure for people."""
        budget = ""
        if self.at_most is not None:
            budget = f"≤ {self.at_most:,.10g}"
        elif self.at_least is not None:
            budget = f"≥ {self.at_least:,.10g}"
        sign = {True: "✓", False: "✗", None: " "}[self.holds]
        digits = 0 if abs(self.value) >= 1000 else 1 if abs(self.value) >= 100 else 3
        value = f"{self.value:,.{digits}f} {self.unit}"
        return f"{sign} {self.name:<68}{value:>18}  {budget:<8}{self.note}".rstrip()


PARTS = {
    "kernels": "Kernels against NumPy with all its threads (above 1: ours is faster)",
    "networks": "Networks through fit, beside PyTorch",
    "training": "A run",
    "learners": "Learners beside scikit-learn, on pixels (above 1: ours is faster)",
    "terminal": "The command and the lab",
    "accuracy": "Accuracy over ten seeds, and the time it takes",
}
"""What can be measured, each by the module of its name."""


def main(json_path: Path | None = None, quick: bool = False, parts: tuple[str, ...] = ()) -> int:
    """Measure these parts, or all; print a table as it grows, and write it to `json_path`; answers the exit
    status."""

    if json_path is not None and not json_path.absolute().parent.is_dir():
        raise TuilabError(f"{json_path}: there is no folder {json_path.absolute().parent}.")
    figures: list[Figure] = []
    print(f"{platform.machine()}, Python {platform.python_version()}; budgets are for two quiet processors")
    with tempfile.TemporaryDirectory(prefix="tuilab-bench-") as folder:
        for part in parts or PARTS:
            measure = importlib.import_module(f"tuilab.bench.{part}").measure
            print(f"\n{PARTS[part]}")
            for figure in measure(Path(folder), quick):
                figures.append(figure)
                print(figure.line(), flush=True)
    if json_path is not None:
        entries = [{**asdict(one), "holds": one.holds} for one in figures]
        json_path.write_text(json.dumps(entries, indent=1) + "\n")
    return 0
