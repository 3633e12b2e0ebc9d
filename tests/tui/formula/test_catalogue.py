"""The formula of every operation that the lab explains can be drawn."""

import pytest

import tuilab.kernels.rows  # noqa: F401
from tuilab.kernels.catalogue import CATALOGUE, Operation
from tuilab.tui.formula import inline, layout
from tuilab.tui.formula.box import Box


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("row", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_an_operation_s_formula_is_drawn(row: Operation, ascii_only: bool) -> None:
    box: Box = layout(row.formula, ascii_only)
    assert box.width > 0
    assert inline(row.formula, ascii_only).strip()
    if ascii_only:
        assert str(box).isascii()
        assert inline(row.formula, ascii=True).isascii()
