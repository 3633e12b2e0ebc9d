"""What the terminal shows, and whether a run outlives a logout."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tuilab.doctor.findings import Finding
from tuilab.text import safe

LOGIND = (
    Path("/usr/lib/systemd/logind.conf.d"),
    Path("/run/systemd/logind.conf.d"),
    Path("/etc/systemd/logind.conf.d"),
)
LOGIND_MAIN = Path("/etc/systemd/logind.conf")
SYSTEMD = Path("/run/systemd/system")
LINGER = Path("/var/lib/systemd/linger")


def terminal() -> Finding:
    """Size, colours and signs."""
    from tuilab.tui import glyphs

    if not (os.isatty(0) and os.isatty(1)):
        return Finding(
            "terminal",
            "note",
            "this is a pipe or a file",
            "The lab needs a terminal; `tuilab train --plain` does not.",
        )
    size = shutil.get_terminal_size()
    signs = glyphs.detect()
    term = safe(os.environ.get("TERM", ""), limit=40)
    says = f"{size.columns} x {size.lines}, {_colours()}, {signs} signs, TERM={term}"
    if signs == "ascii" and "utf" not in (sys.stdout.encoding or "").lower():
        return Finding("terminal", "note", says, "LANG=C.UTF-8 brings curves of finer dots.")
    if size.columns < 80 or size.lines < 24:
        return Finding("terminal", "note", says, "From 80 x 24 on the lab shows everything.")
    return Finding("terminal", "good", says)


def logout() -> Finding:
    """Whether systemd ends a user's processes at logout, detached or not."""
    if not SYSTEMD.exists():
        return Finding("logout", "good", "no systemd here that would end your processes when you log out")
    if not kills_user_processes():
        return Finding("logout", "good", "systemd leaves your processes alone when you log out")
    if lingers():
        return Finding("logout", "good", "systemd ends processes at logout, but not yours: you linger")
    return Finding(
        "logout",
        "bad",
        "systemd ends your processes when you log out (KillUserProcesses=yes), detached runs too",
        "`loginctl enable-linger` and `systemd-run --user --scope tuilab train --detach` let a run live on.",
    )


def kills_user_processes() -> bool:
    """What logind itself says, or else its configuration, the later files winning."""
    said = _ask("busctl", "get-property", *_LOGIN1, "org.freedesktop.login1.Manager", "KillUserProcesses")
    if said in ("b true", "b false"):
        return said == "b true"
    killing = False
    drops = sorted((path for folder in LOGIND for path in folder.glob("*.conf")), key=lambda path: path.name)
    for path in (LOGIND_MAIN, *drops):
        try:
            text = path.read_text("utf-8", "replace")
        except OSError:
            continue
        for value in re.findall(r"^\s*KillUserProcesses\s*=\s*(\S+)", text, re.MULTILINE):
            killing = value.lower() in ("yes", "true", "on", "1")
    return killing


def lingers() -> bool:
    """Whether this user's own services go on without a session."""
    import getpass

    try:
        return (LINGER / getpass.getuser()).exists()
    except (OSError, KeyError):
        return False


_LOGIN1 = ("org.freedesktop.login1", "/org/freedesktop/login1")


def _ask(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=3, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _colours() -> str:
    if "NO_COLOR" in os.environ:
        return "no colours (NO_COLOR)"
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "all colours"
    term = os.environ.get("TERM", "")
    if "256color" in term:
        return "256 colours"
    return "no colours" if term in ("dumb", "") else "16 colours"
