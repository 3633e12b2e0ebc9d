"""Why a number is what it is, on the screen: on from any input with enter, back along with escape."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from tuilab import Tape, Tensor, ops
from tuilab.autodiff import Trace
from tuilab.autodiff.expression import expression
from tuilab.tui.screens.explain import ExplainScreen, open_explanation

Drive = Callable[..., object]


def neuron() -> Trace:
    w, x, b = (Tensor(np.array(one), name=name) for name, one in (("w", -2.0), ("x", 3.0), ("b", 4.0)))
    with Tape() as tape:
        loss = (ops.relu(w * x + b) - 1.0) ** 2
    return tape.trace(loss, [w, b])


def layer() -> Trace:
    rng = np.random.default_rng(0)
    x, w = Tensor(rng.standard_normal((4, 30)), name="x"), Tensor(rng.standard_normal((30, 5)), name="W")
    with Tape() as tape:
        loss = ops.mean((x @ w) ** 2)
    return tape.trace(loss, [w])


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_enter_goes_on_and_escape_comes_back_to_the_same(drive: Drive, size: tuple[int, int]) -> None:
    async def scenario(lab) -> None:
        trace = neuron()
        open_explanation(lab.app, trace, trace.target, ())
        begin = await lab.wait_for("L = (-1) ^ 2 = 1", "y = xⁿ")
        trail = [begin]
        for words in ("difference = 0 + (-1) · 1 = -1", "relu = max((-2), 0) = 0", "sum = (-6) + 4"):
            await lab.press("enter")
            trail.append(await lab.wait_for(words))
        assert "4 deep" in trail[-1]
        for before in reversed(trail[:-1]):
            await lab.press("escape")
            await lab.wait_until(lambda text, wanted=before: text == wanted, "the page as it was left")
        await lab.press("escape")
        await lab.wait_for("find")

    drive(scenario, size=size)


def test_a_gradient_is_told_as_a_chain_and_checked(drive: Drive) -> None:
    async def scenario(lab) -> None:
        trace = neuron()
        open_explanation(lab.app, trace, 0, (), gradient=True)
        text = await lab.wait_for("∂L/∂w = 0", "finite difference 0  ✓", "= (-2) · 1 · 0 · 1 · 3 = 0  ✓")
        assert "∂relu" in text
        await lab.press("end", "enter")
        await lab.wait_for("w = -2", "A parameter")

    drive(scenario)


def test_arrows_move_among_terms_and_their_factors(drive: Drive) -> None:
    async def scenario(lab) -> None:
        trace = layer()
        product = trace[0].outputs[0]
        open_explanation(lab.app, trace, product, (1, 2))
        await lab.wait_for("product[1, 2] =", "more terms", "s by size")
        await lab.press("down", "right", "enter")
        await lab.wait_for("W[1, 2] =", "A parameter")
        await lab.press("escape", "s")
        await lab.wait_for("s in order")
        await lab.press("pagedown", "up", "enter")
        await lab.wait_until(lambda text: "more terms" not in text, "all terms")
        await lab.press("home")
        await lab.wait_for("product[1, 2] =")

    drive(scenario)


def test_a_page_of_an_expression_without_a_way_back(drive: Drive) -> None:
    async def scenario(lab) -> None:
        trace = expression("softmax(x)", {"x": [[1.0, 2.0, 3.0]]})
        open_explanation(lab.app, trace, trace.target, (0, 1))
        text = await lab.wait_for("exp(2) / Σ exp(1, 2, 3)", "0.2447")
        assert "gradient" not in text

    drive(scenario)


def test_what_cannot_be_explained_is_said_where_one_was(drive: Drive) -> None:
    async def scenario(lab) -> None:
        trace = neuron()
        content = trace.to_bytes()
        size = int.from_bytes(content[:8], "little")
        header = json.loads(content[8 : 8 + size])
        outline = header["__metadata__"]["trace"].replace('"relu"', '"relu_gradient"')
        header["__metadata__"]["trace"] = outline
        text = json.dumps(header).encode()
        broken = Trace.from_bytes(len(text).to_bytes(8, "little") + text + content[8 + size :])
        relu = next(stop.outputs[0] for stop in broken if stop.operation == "relu_gradient")
        open_explanation(lab.app, broken, relu, ())
        await lab.wait_for("has no explanation")
        assert not isinstance(lab.app.screen, ExplainScreen)

    drive(scenario)


@pytest.mark.parametrize("size", [(30, 8), (50, 14), (80, 24)])
def test_it_holds_on_small_screens_and_in_ascii(drive: Drive, size: tuple[int, int]) -> None:
    async def scenario(lab) -> None:
        trace = layer()
        open_explanation(lab.app, trace, 0, (0, 0), gradient=True)
        await lab.wait_for("dL/dW[0, 0]")
        await lab.press("down", "down", "end", "home", "pagedown", "s")
        await lab.wait_for("dL/dW[0, 0]", "enter why")
        rows = lab.text().splitlines()
        assert all(row.isascii() for row in rows)

    drive(scenario, size=size, glyphs="ascii")
