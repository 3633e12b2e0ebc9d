"""An experiment in a line: data, network, settings, seed, what was changed by hand and where it stands, and
from which step of a lesson it comes.

    tuilab1:eJxFzTEOwjAMBdC7eO4QhMSQ…

Whoever opens the line gets the same run, which pauses at the same batch with the same numbers, to the bit:
they depend on nothing else. The line comes from anywhere, so it is bounded, checked, and never more than
settings.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from tuilab.errors import RunError, TuilabError
from tuilab.text import safe

PREFIX = "tuilab1:"
LENGTH_LIMIT = 8_192
CONTENT_LIMIT = 65_536
KEPT = ("data", "model", "epochs", "batch_size", "optimizer", "learning_rate", "seed", "noise")
STEPS_LIMIT = 10_000
_LESSON = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """A step of a lesson, from 1."""

    lesson: str
    step: int


@dataclass(frozen=True, slots=True)
class Experiment:
    """The settings that a run began with, what was changed in it, and the batch at which it stands.

    `within`: the phase and the number of the stop in the next batch, where it stands in one.
    """

    settings: Mapping[str, Any]
    changes: Sequence[Sequence[Any]]
    step: int
    within: tuple[str, int] | None = None
    page: Page | None = None

    @classmethod
    def of_run(
        cls,
        config: Mapping[str, Any],
        step: int,
        changes: Sequence[Sequence[Any]],
        within: tuple[str, int] | None = None,
        page: Page | None = None,
    ) -> Self:
        """The experiment of a run with this configuration, where it stands now."""
        fork = config.get("fork")
        base = fork.get("base") if isinstance(fork, Mapping) else None
        settings = {**config, **(base if isinstance(base, Mapping) else {})}
        return cls(
            {name: settings[name] for name in KEPT if settings.get(name) is not None},
            [list(change) for change in changes if change[0] <= step],
            step,
            within,
            page,
        )

    @property
    def line(self) -> str:
        """The experiment as a line of letters, digits, `-` and `_`."""
        told = {**self.settings, "step": self.step, "changes": self.changes}
        if self.within is not None:
            told["within"] = self.within
        if self.page is not None:
            told |= {"lesson": self.page.lesson, "page": self.page.step}
        content = zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 9)
        check = zlib.crc32(content).to_bytes(4, "big")
        return PREFIX + base64.urlsafe_b64encode(content + check).decode().rstrip("=")

    @classmethod
    def read(cls, line: str) -> Self:
        """The experiment in a line.

        Raises:
            TuilabError: it is none, was cut short or altered, or asks for what cannot be.
        """
        from tuilab.training.config import TrainingConfig

        told = _content(line)
        step, changes, within = (told.pop(name, None) for name in ("step", "changes", "within"))
        page = _page(told.pop("lesson", None), told.pop("page", None))
        unknown = [name for name in told if name not in KEPT]
        if unknown:
            shown = safe(unknown[0], limit=40)
            raise TuilabError(f"This experiment has a setting {shown!r} that tuilab does not know.")
        try:
            config = TrainingConfig.from_mapping(
                {**told, "stop_at": step, "stop_in": within, "changes": changes}
            )
        except RunError as error:
            raise TuilabError(f"This experiment cannot be done: {error}") from None
        kept = config.to_mapping()
        return cls({name: kept[name] for name in KEPT}, config.changes, config.stop_at, config.stop_in, page)

    def config(self) -> dict[str, Any]:
        """What a run is to be asked for, so that it comes to the same stop."""
        start: dict[str, Any] = {"stop_at": self.step} if self.step else {"paused": True}
        if self.within is not None:
            start["stop_in"] = list(self.within)
        return {**self.settings, "changes": [list(change) for change in self.changes], **start}


def is_line(text: str) -> bool:
    """Whether this wants to be an experiment, and not a lesson or a file."""
    return text.strip().startswith(PREFIX)


def _page(lesson: Any, step: Any) -> Page | None:
    """The step of a lesson that a line names, if it names one."""
    if lesson is None and step is None:
        return None
    if not isinstance(lesson, str) or not _LESSON.fullmatch(lesson):
        raise TuilabError(f"This experiment is of a lesson {safe(repr(lesson), limit=60)}, which is no id.")
    if isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= STEPS_LIMIT:
        shown = safe(repr(step), limit=40)
        raise TuilabError(f"This experiment is of step {shown} of a lesson: a number from 1 was expected.")
    return Page(lesson, step)


def _content(line: str) -> dict[str, Any]:
    text = "".join(line.split())
    if not text.startswith(PREFIX):
        raise TuilabError(f"An experiment begins with {PREFIX}.")
    if len(text) > LENGTH_LIMIT:
        raise TuilabError(f"This experiment has {len(text):,} characters; {LENGTH_LIMIT:,} are the most.")
    body = text.removeprefix(PREFIX)
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        content, check = packed[:-4], packed[-4:]
        if len(packed) < 5 or zlib.crc32(content).to_bytes(4, "big") != check:
            raise TuilabError("This experiment was cut short or altered: copy the whole line.")
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(content, CONTENT_LIMIT)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise TuilabError("This experiment is larger than an experiment can be.")
        told = json.loads(plain)
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise TuilabError("This experiment was cut short or altered: copy the whole line.") from None
    if not isinstance(told, dict):
        raise TuilabError("This line holds no experiment.")
    return told
