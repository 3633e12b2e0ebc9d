"""Updates of the optimizers, one number at a time."""

import math

from tuilab.kernels.explanation import Index
from tuilab.walk.done import Done
from tuilab.walk.lines import Cell, Line, Steps, step, written


def _numbers(done: Done, index: Index) -> list[float]:
    return [done.source(number, index).value for number in range(len(done.inputs))]


def _cell(done: Done, output: int, index: Index, value: float, lines: list[Line]) -> Cell:
    sources = tuple(done.source(number, index) for number in range(len(done.inputs)))
    last = lines[-1]
    lines = [*lines[:-1], step(last.written, last.value, last.says, sources)]
    return Steps(output, index, value, lines)


def momentum(done: Done, output: int, index: Index, value: float) -> Cell:
    """The velocity, then the step by it."""
    w, g, v = _numbers(done, index)
    rate, kept = float(done.options["learning_rate"]), float(done.options["momentum"])
    velocity = kept * v - rate * g
    text = f"{kept:.4g} · {written(v)} - {rate:.4g} · {written(g)}"
    lines = [step(text, velocity, "the velocity: what is left of the last one, and the slope")]
    if output == 0:
        if done.options["nesterov"]:
            text = f"{written(w)} + {kept:.4g} · {written(velocity)} - {rate:.4g} · {written(g)}"
            lines.append(step(text, w + kept * velocity - rate * g, "Nesterov's step looks one ahead"))
        else:
            lines.append(step(f"{written(w)} + {written(velocity)}", w + velocity, "the parameter moves"))
    return _cell(done, output, index, value, lines)


def adagrad(done: Done, output: int, index: Index, value: float) -> Cell:
    """The sum of squares, then the step by its root."""
    w, g, s = _numbers(done, index)
    squares = s + g * g
    lines = [step(f"{written(s)} + {written(g)}²", squares, "the squares of all slopes so far")]
    if output == 0:
        lines.append(_by_root(done, w, g, squares))
    return _cell(done, output, index, value, lines)


def rmsprop(done: Done, output: int, index: Index, value: float) -> Cell:
    """The running mean of squares, then the step by its root."""
    w, g, s = _numbers(done, index)
    rho = float(done.options["rho"])
    squares = rho * s + (1 - rho) * g * g
    text = f"{rho:.4g} · {written(s)} + {1 - rho:.4g} · {written(g)}²"
    lines = [step(text, squares, "the mean of the slopes' squares, the old ones fading")]
    if output == 0:
        lines.append(_by_root(done, w, g, squares))
    return _cell(done, output, index, value, lines)


def _by_root(done: Done, w: float, g: float, squares: float) -> Line:
    rate, epsilon = float(done.options["learning_rate"]), float(done.options["epsilon"])
    text = f"{written(w)} - {rate:.4g} · {written(g)} / √{written(squares)}"
    return step(text, w - rate * g / math.sqrt(squares + epsilon), "steep ways are walked in small steps")


def adam(done: Done, output: int, index: Index, value: float) -> Cell:
    """The mean of the slopes, that of their squares, and the step by both."""
    w, g, m, v = _numbers(done, index)
    known = done.options
    one, two, rate = (float(known[name]) for name in ("beta_1", "beta_2", "learning_rate"))
    mean, squares = m + (1 - one) * (g - m), v + (1 - two) * (g * g - v)
    first = step(
        f"{one:.4g} · {written(m)} + {1 - one:.4g} · {written(g)}", mean, "m, the mean of the slopes"
    )
    second = step(
        f"{two:.4g} · {written(v)} + {1 - two:.4g} · {written(g)}²", squares, "v, the mean of their squares"
    )
    if output:
        return _cell(done, output, index, value, [first] if output == 1 else [second])
    count = int(known["step"])
    true_rate = rate * math.sqrt(1 - two**count) / (1 - one**count)
    third = step(
        f"{rate:.4g} · √(1 - {two:.4g}^{count}) / (1 - {one:.4g}^{count})",
        true_rate,
        "the rate, made up for the zeros that both means began with",
    )
    moved = w - true_rate * mean / (math.sqrt(squares) + float(known["epsilon"]))
    text = f"{written(w)} - {true_rate:.4g} · {written(mean)} / √{written(squares)}"
    return _cell(done, output, index, value, [first, second, third, step(text, moved, "the parameter moves")])
