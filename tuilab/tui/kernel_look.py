"""A kernel for the lab to show: its versions' texts, whether they agree, and how long each takes here.

The texts come from the files. What is measured is measured in a process of its own, never in the lab.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuilab.lesson.model import Lesson
from tuilab.text import duration, number, safe

if TYPE_CHECKING:
    from tuilab.session import Failed, Value
    from tuilab.tui.panels.panel import Host

VERSIONS: Mapping[str, str] = {"python": "plain Python", "numpy": "NumPy", "numba": "Numba, parallel"}
SECONDS = 120.0
"""For compiling and measuring, on a machine that is busy with other things."""
_MODULE = "__import__('tuilab.kernels.side_by_side', fromlist=['row'])"


@dataclass(frozen=True, slots=True)
class KernelLook:
    """A kernel's versions by name (`VERSIONS`), and what is said of it. `formula` is LaTeX, empty where there
    is none; `own` where it is the lesson's, not the catalogue's."""

    name: str
    formula: str
    shapes: str
    texts: Mapping[str, str]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """How the versions compare on this machine; `fault` says why they could not be compared."""

    tried: int = 0
    agreed: int = 0
    apart: float = 0.0
    shapes: str = ""
    seconds: Mapping[str, float] | None = None
    fault: str = ""

    @property
    def verdict(self) -> str:
        """Whether they agree, in words."""
        if self.fault:
            return f"✗ {self.fault}"
        inputs = "one input" if self.tried == 1 else f"{self.tried} inputs"
        if self.agreed < self.tried:
            return f"✗ they differ on {self.tried - self.agreed} of {inputs}, by up to {number(self.apart)}"
        apart = "to the bit" if self.apart == 0 else f"to {number(self.apart)}"
        return f"✓ they agree {apart} on {inputs}"

    @property
    def times(self) -> str:
        """Their times on the largest input that all can take."""
        found = [
            f"{VERSIONS[one].split(',')[0]} {duration(took)}" for one, took in (self.seconds or {}).items()
        ]
        return f"{self.shapes} on this machine: {'   '.join(found)}" if found else ""


def look(lesson: Lesson | None, name: str) -> KernelLook | None:
    """A kernel's texts, of the lesson's own `NAME.py`, else of the catalogue; None where neither has it."""
    from tuilab.kernels import source_text

    if lesson is not None and lesson.companion is not None:
        texts = {
            version: found
            for version in VERSIONS
            if (found := source_text.function(lesson.companion, f"{name}_{version}"))
        }
        if "python" not in texts and (whole := source_text.function(lesson.companion, name)):
            texts = {"python": whole, **texts}
        if texts:
            return KernelLook(name, "", "", texts, own=True)
    row = source_text.kernel(name)
    if row is None:
        return None
    texts = {"python": row.plain, "numpy": row.reference, "numba": row.parallel}
    return KernelLook(name, row.formula, row.shapes, {it: text for it, text in texts.items() if text})


async def measure(kernel: KernelLook, seed: int, host: "Host | None" = None, line: int = 1) -> Measured:
    """Compare and time a kernel: the catalogue's in a process of its own, the lesson's in its session."""
    from tuilab.session import Cell, Failed, Session, Shown
    from tuilab.session.events import Finished

    if kernel.own:
        if host is None:
            return Measured(fault="it is measured where its lesson shows it")
        module = host.lesson.header.path.stem
        return _read(await host.ask(f"{_MODULE}.own(__import__({module!r}), {kernel.name!r}, {seed})", line))
    session = Session(seconds=SECONDS)
    answer: Value | Failed | None = None
    try:
        async for event in session.run(Cell(f"{_MODULE}.row({kernel.name!r}, {seed})")):
            if isinstance(event, Shown):
                answer = event.value
            elif isinstance(event, Failed):
                answer = event
            elif isinstance(event, Finished) and event.outcome != "done" and answer is None:
                return Measured(fault=event.message)
    finally:
        session.close()
    return _read(answer)


def _read(answer: "Value | Failed | None") -> Measured:
    from tuilab.session import Failed
    from tuilab.session.values import Text

    if isinstance(answer, Failed):
        return Measured(fault=answer.sentence)
    if not isinstance(answer, Text):
        return Measured(fault="its process gave no figures")
    try:
        return _figures(json.loads(answer.text))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Measured(fault="its process gave no figures")


def _figures(given: Mapping[str, Any]) -> Measured:
    seconds = {
        version: float(took)
        for version, took in given["seconds"].items()
        if version in VERSIONS and math.isfinite(took) and took >= 0
    }
    return Measured(
        int(given["tried"]),
        int(given["agreed"]),
        float(given["apart"]),
        safe(str(given["shapes"]), limit=80),
        seconds,
    )


def order(kernel: KernelLook, wanted: Sequence[str]) -> list[str]:
    """Its versions in the order that is wanted, as far as there are any."""
    return [version for version in wanted if version in kernel.texts]
