"""Looking at runs must be quick: nothing heavy is loaded for it."""

import subprocess
import sys


def test_runs_load_nothing_heavy() -> None:
    script = (
        "import sys, tuilab.runs, tuilab.runs.events, tuilab.runs.inspect\n"
        "heavy = ('numpy', 'psutil', 'numba', 'textual', 'rich', 'safetensors', 'platformdirs', 'yaml')\n"
        "print(*[name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
