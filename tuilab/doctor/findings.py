"""What a check finds."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "note", "bad", "unknown"]
"""`note`: it works, but something is to be known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do, if anything."""

    name: str
    verdict: Verdict
    says: str
    advice: str = ""
