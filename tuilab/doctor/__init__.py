"""`tuilab doctor`: what this machine has, and what to do about what it lacks."""

from tuilab.doctor.checks import CHECKS
from tuilab.doctor.findings import Finding, Verdict

__all__ = ["CHECKS", "Finding", "Verdict", "examine"]


def examine() -> list[Finding]:
    """All findings. A check that fails in a way nobody thought of is a finding too."""
    found: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            found.append(check())
        except Exception as error:
            found.append(
                Finding(name, "unknown", f"could not be looked at ({type(error).__name__}: {error})")
            )
    return found
