"""The one table of keys. Footer, help, palette and the README's table are made from it.

A key means the same on every screen where it is offered. The screen decides whether an action is
possible now (`check_action`) and may give it a better word for the moment ("go on" for "start").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Place = Literal["library", "lesson", "training", "inspect", "explain", "watch", "kernel", "help"]
PLACES: tuple[Place, ...] = ("library", "lesson", "training", "inspect", "explain", "watch", "kernel", "help")


@dataclass(frozen=True, slots=True)
class Row:
    """One action and its keys.

    `keys` are Textual's names, the first of them the one shown as `shown`. `label` is for the footer
    (without one, the key shares the next row's), `says` for help, palette and README. `footer` ranks the
    row in the footer, lowest first; None keeps it out. `palette` is False for what only makes sense under
    a cursor.
    """

    action: str
    keys: str
    shown: str
    label: str
    says: str
    group: str
    places: tuple[Place, ...] = PLACES
    footer: int | None = None
    palette: bool = True
    priority: bool = False


TRAINING: tuple[Place, ...] = ("lesson", "training")
LISTED: tuple[Place, ...] = ("library", "lesson", "inspect", "explain", "watch", "kernel", "help")
INSIDE: tuple[Place, ...] = ("inspect",)
CELLS: tuple[Place, ...] = ("lesson",)
WATCHED: tuple[Place, ...] = ("watch",)

TABLE: tuple[Row, ...] = (
    Row("play", "space", "space", "start", "Start training; pause it; go on", "Training", TRAINING, 10),
    Row(
        "next_stop",
        "right,l",
        "→",
        "one batch",
        "Next stop; of a run, one batch; among numbers, one to the right",
        "Training",
        (*TRAINING, "inspect", "explain", "watch", "kernel"),
        12,
    ),
    Row(
        "previous_stop",
        "left,h",
        "←",
        "stop back",
        "Previous stop; among numbers, one to the left",
        "Training",
        (*TRAINING, "inspect", "explain", "watch", "kernel"),
        13,
        False,
    ),
    Row(
        "next_level",
        "shift+right",
        "⇧→",
        "epoch",
        "Next stop of the level above; to the end of the epoch",
        "Training",
        (*TRAINING, "watch"),
        24,
    ),
    Row(
        "previous_level",
        "shift+left",
        "⇧←",
        "",
        "Previous stop of the level above",
        "Training",
        (*TRAINING, "watch"),
        None,
        False,
    ),
    Row(
        "level",
        "w",
        "w",
        "level",
        "What one stop is: a term, a cell, an operation; of a run a batch, a phase or an epoch",
        "Training",
        TRAINING,
        26,
    ),
    Row("fork", "f", "f", "fork", "Another run that begins from here", "Training", TRAINING, 23),
    Row("copy", "y", "y", "copy", "Copy the experiment as a line that opens it", "Training", TRAINING, 52),
    Row("faster", "plus,equals_sign", "+", "", "Raise the learning rate", "Training", TRAINING, 14),
    Row("slower", "minus", "-", "rate", "Lower the learning rate", "Training", TRAINING, 15),
    Row(
        "stop",
        "x",
        "x",
        "stop",
        "Stop the run (what it learned is kept) or the cell",
        "Training",
        TRAINING,
        20,
    ),
    Row(
        "detach",
        "d",
        "d",
        "detach",
        "Let the run train on when the lab is left; or not, again",
        "Training",
        TRAINING,
        23,
    ),
    Row(
        "inspect", "i", "i", "inside", "Look inside: parameters, gradients, values", "Training", TRAINING, 22
    ),
    Row(
        "scale",
        "L,shift+l",
        "L",
        "log",
        "Loss axis: logarithmic or linear",
        "Training",
        (*TRAINING, "watch"),
        50,
    ),
    Row(
        "next_step",
        "n",
        "n",
        "step",
        "Next step of the lesson; inside a run, the next array; the next kernel",
        "Lesson",
        ("lesson", "inspect", "kernel"),
        6,
    ),
    Row(
        "previous_step",
        "b",
        "b",
        "step back",
        "Previous step of the lesson, previous array, previous kernel",
        "Lesson",
        ("lesson", "inspect", "kernel"),
        30,
    ),
    Row(
        "kernel",
        "K,shift+k",
        "K",
        "kernel",
        "The lesson's kernel: plain Python, NumPy, Numba side by side, compared and timed",
        "Lesson",
        ("lesson", "kernel"),
        32,
    ),
    Row(
        "run_to",
        "a",
        "a",
        "run to here",
        "Run the cells above that have not run, then this one",
        "Cells",
        CELLS,
        9,
    ),
    Row("edit", "e", "e", "edit", "Write in a cell, or the answer to an exercise", "Cells", CELLS, 8),
    Row("edit_outside", "E,shift+e", "E", "editor", "The same in your own editor ($EDITOR)", "Cells", CELLS),
    Row(
        "check",
        "ctrl+r",
        "ctrl+r",
        "run",
        "Run or check what was written, without leaving the editor first",
        "Cells",
        CELLS,
        7,
    ),
    Row("hint", "H,shift+h", "H", "hint", "The next hint of an exercise", "Cells", CELLS, 10),
    Row("solution", "S,shift+s", "S", "solution", "The solution of an exercise", "Cells", CELLS, 11),
    Row("restart", "R,shift+r", "R", "restart", "Restart the session: no name is known", "Cells", CELLS),
    Row("replay", "A,shift+a", "A", "replay", "Restart, and run again what had run", "Cells", CELLS),
    Row(
        "open",
        "enter",
        "enter",
        "open",
        "Open what is under the cursor; run, check or explain it",
        "Library",
        ("library", "lesson", "inspect", "explain", "watch"),
        5,
        False,
    ),
    Row("sort", "s", "s", "by size", "Terms of a sum by their size, or in order", "Why", ("explain",), 14),
    Row(
        "change",
        "c",
        "c",
        "change",
        "Change the number under the cursor, and compute anew; a run by hand, from here on",
        "Why",
        TRAINING,
        21,
    ),
    Row(
        "fold",
        "z",
        "z",
        "unfold",
        "Fold the repeated parts of a graph, or open them all (enter opens one)",
        "Why",
        ("lesson",),
        26,
    ),
    Row("train", "t", "t", "train", "Train a network on handwritten digits", "Library", ("library",), 10),
    Row("runs", "r", "r", "runs", "Go to the runs", "Library", ("library",), 12),
    Row(
        "find",
        "slash",
        "/",
        "find",
        "Find a lesson by number or words, or a run; of runs, which are shown",
        "Library",
        ("library", "watch"),
        14,
    ),
    Row(
        "view",
        "v",
        "v",
        "picture",
        "Numbers, picture, a row or column as an image, all images, histogram; of a run, the worst guesses",
        "Looking inside",
        (*TRAINING, "inspect"),
        11,
    ),
    Row(
        "predict",
        "p",
        "p",
        "predict",
        "Say what the next stop will give, before it is shown",
        "Walking",
        ("lesson",),
        11,
    ),
    Row("play_slower", "less_than_sign", "<", "", "Play a walk slower, while it plays", "Walking", CELLS, 10),
    Row(
        "play_faster",
        "greater_than_sign",
        ">",
        "pace",
        "Play a walk faster, while it plays",
        "Walking",
        CELLS,
        10,
    ),
    Row(
        "jump",
        "g",
        "g",
        "go to",
        "Go to an element by its index; choose one of an array in a graph",
        "Looking inside",
        ("lesson", "inspect"),
        12,
    ),
    Row(
        "next_matrix",
        "right_square_bracket",
        "]",
        "axis",
        "Next matrix of an array with more axes, next layer of a graph",
        "Looking inside",
        ("lesson", "inspect"),
        14,
    ),
    Row(
        "previous_matrix",
        "left_square_bracket",
        "[",
        "",
        "Previous matrix of an array with more axes, previous layer of a graph",
        "Looking inside",
        ("lesson", "inspect"),
        13,
    ),
    Row(
        "zoom_in",
        "full_stop",
        ".",
        "",
        "Zoom in on steps, around the cursor or at the newest",
        "Watching",
        WATCHED,
        15,
    ),
    Row("zoom_out", "comma", ",", "zoom", "Zoom out", "Watching", WATCHED, 16),
    Row(
        "smoothing",
        "M,shift+m",
        "M",
        "average",
        "The moving average: how far it reaches",
        "Watching",
        WATCHED,
        20,
    ),
    Row(
        "axis",
        "X,shift+x",
        "X",
        "x axis",
        "x: steps, epochs, seconds of the run, clock",
        "Watching",
        WATCHED,
        52,
    ),
    Row(
        "only", "o", "o", "only", "Draw this run alone; once more, those from before", "Watching", WATCHED, 8
    ),
    Row(
        "pin",
        "m",
        "m",
        "pin",
        "Keep this run on the charts, whatever the filter says",
        "Watching",
        WATCHED,
        9,
    ),
    Row("up", "up,k", "↑", "up", "Move up among what is shown", "Moving", LISTED, None, False),
    Row("down", "down,j", "↓", "down", "Move down among what is shown", "Moving", LISTED, None, False),
    Row("page_up", "pageup", "pgup", "page up", "A page up", "Moving", LISTED, None, False),
    Row("page_down", "pagedown", "pgdn", "page down", "A page down", "Moving", LISTED, None, False),
    Row("first", "home", "home", "first", "To the first", "Moving", LISTED, None, False),
    Row("last", "end", "end", "last", "To the last", "Moving", LISTED, None, False),
    Row(
        "pane",
        "tab",
        "tab",
        "pane",
        "Next pane, next panel of a step",
        "Moving",
        ("library", "lesson", "watch", "kernel"),
        18,
        False,
    ),
    Row("back", "escape", "esc", "back", "Back out of a dialog or a screen", "Everywhere", PLACES, 60),
    Row(
        "help",
        "question_mark",
        "?",
        "help",
        "Help: these keys, and what the colours mean",
        "Everywhere",
        PLACES,
        70,
    ),
    Row(
        "command_palette",
        "ctrl+p",
        "ctrl+p",
        "palette",
        "Everything by its name",
        "Everywhere",
        PLACES,
        80,
        False,
    ),
    Row("theme", "ctrl+t", "ctrl+t", "theme", "Dark or light; the palette has more themes", "Everywhere"),
    Row("leave", "q", "q", "leave", "Leave the lab", "Everywhere", PLACES, 75),
    Row(
        "leave_now",
        "ctrl+c,ctrl+q",
        "ctrl+c",
        "leave at once",
        "Leave at once; a run that was not detached is stopped",
        "Everywhere",
        palette=False,
        priority=True,
    ),
    Row("redraw", "ctrl+l", "ctrl+l", "redraw", "Draw the screen anew", "Everywhere"),
    Row("suspend", "ctrl+z", "ctrl+z", "to the shell", "To the shell; `fg` comes back", "Everywhere"),
)


def at(place: Place) -> tuple[Row, ...]:
    """The rows offered at `place`, in the order of the table."""
    return tuple(row for row in TABLE if place in row.places)


def footer(place: Place) -> tuple[Row, ...]:
    """The rows for the bottom line at `place`, in its order."""
    return tuple(
        sorted((row for row in at(place) if row.footer is not None), key=lambda row: row.footer or 0)
    )


def groups(place: Place | None = None) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """The rows by group, in the order in which the groups first appear; at one place, or all."""
    rows = TABLE if place is None else at(place)
    for group in dict.fromkeys(row.group for row in rows):
        yield group, tuple(row for row in rows if row.group == group)


def shown_keys(row: Row) -> str:
    """All keys of a row for help: the shown one first, then its other names."""
    names = {"equals_sign": "="}
    others = [names.get(key, key) for key in row.keys.split(",")[1:] if not key.startswith("shift+")]
    return " ".join([row.shown, *(other for other in others if other)])


def markdown_table() -> str:
    """The keys as a Markdown table, for the README."""
    lines = ["| key | does | where |", "|---|---|---|"]
    for row in TABLE:
        keys = " ".join(f"`{key}`" for key in shown_keys(row).split())
        lines.append(f"| {keys} | {row.says} | {_where(row)} |")
    return "\n".join(lines) + "\n"


def _where(row: Row) -> str:
    return "everywhere" if row.places == PLACES else ", ".join(row.places)
