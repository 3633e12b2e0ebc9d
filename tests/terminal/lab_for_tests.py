"""Opens the lab as the command does, with the stand-in for the training process.

`lab_for_tests.py crash` makes the key `e` raise an exception inside the lab, and `E` crash it in C.
"""

import faulthandler
import subprocess
import sys
from pathlib import Path

from tuilab import paths, training
from tuilab.cli import main
from tuilab.runs import Run

STAND_IN = Path(__file__).with_name("stand_in_run.py")


def start(config, *, root=None, attached=True, name=None):
    whole = {"data": "mnist", "model": "mlp", "epochs": 5, **config}
    run = Run.create(root or paths.runs(), whole, name)
    with open(run.log_path, "ab") as log:
        process = subprocess.Popen(
            [sys.executable, str(STAND_IN), str(run.path)],
            stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return run, process


training.start = start
if not hasattr(training, "describe_exit"):
    import signal

    training.describe_exit = lambda code: f"The training process was killed ({signal.Signals(-code).name})."

arguments = sys.argv[1:]
if arguments[:1] == ["crash"]:
    arguments = arguments[1:]
    from tuilab.tui import launcher

    begin = launcher.keep_screen_clean

    def with_crashes():
        begin()
        from tuilab.tui.app import TuilabApp

        def on_key(self, event):
            if event.key == "e":
                raise ValueError("a mistake of ours")
            if event.key == "E":
                faulthandler._sigsegv()

        TuilabApp.on_key = on_key

    launcher.keep_screen_clean = with_crashes

main(args=arguments, prog_name="tuilab")
