"""Every operation of the catalogue can be walked on its own samples."""

import zlib
from typing import Any

import numpy as np
import pytest

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.autodiff.trace import Stop, Trace, Value
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample
from tuilab.walk import At, Walk

CASES = [
    pytest.param(row, sample, id=f"{row.name}-{number}")
    for row in CATALOGUE.values()
    if row.explain is not None
    for number, sample in enumerate(row.valid)
]


def trace_of(row: Operation, sample: Sample) -> Trace:
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    inputs = [one.draw(rng) for one in sample.inputs]
    with np.errstate(all="ignore"):
        result = row.reference(*inputs, **sample.options)
    outputs = [np.asarray(one) for one in (result if isinstance(result, tuple) else (result,))]
    values = [Value(one, "given") for one in inputs] + [Value(one, "computed") for one in outputs]
    numbers = range(len(values))
    stop = Stop(
        "forward",
        row.name,
        tuple(numbers[: len(inputs)]),
        tuple(numbers[len(inputs) :]),
        dict(sample.options),
    )
    return Trace(tuple(values), (stop,), len(inputs))


def cells(walk: Walk) -> list[int]:
    """The first, the last, and some between them."""
    count = walk.operations[0].cells
    return sorted({0, 1, count // 3, count // 2, count - 2, count - 1} & set(range(count)))


def seen(walk: Walk, at: At) -> Any:
    move = walk.move(at)
    if move.opening is not None:
        return move.opening
    assert move.cell is not None
    return (move.cell.output, move.cell.index, move.cell.count, move.line, walk.words(at))


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_the_lines_of_a_cell_come_to_its_value(row: Operation, sample: Sample) -> None:
    walk = Walk(trace_of(row, sample))
    operation = walk.operations[0]
    for number in cells(walk):
        output, index = operation.element(number)
        move = walk.move(walk.jump(At(0, number, 0), index, output))
        assert move.cell is not None
        assert move.line is not None
        assert move.complete
        assert (move.cell.output, move.cell.index) == (output, index)
        expected = operation.shown[output][index]
        np.testing.assert_allclose(move.cell.value, expected, rtol=0, atol=0)
        np.testing.assert_allclose(move.line.so_far, expected, rtol=1e-9, atol=1e-12)
        for place in range(min(move.cell.count, 40)):
            line = move.cell.line(place)
            assert line.written
            for one in line.sources:
                assert operation.inputs[one.input][one.index] == one.value
                assert (
                    any(one.input == box.input and one.index in box for box in move.cell.boxes)
                    or not move.cell.boxes
                )


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_terms_add_up(row: Operation, sample: Sample) -> None:
    walk = Walk(trace_of(row, sample))
    for number in cells(walk):
        cell = walk.move(At(0, number, 0)).cell
        assert cell is not None
        if cell.how not in ("sum", "mean") or cell.terms > 2000 or not cell.terms:
            continue
        values = [cell.line(place).value for place in range(cell.terms)]
        np.testing.assert_allclose(cell.line(cell.terms - 1).so_far, sum(values), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_there_and_back_shows_the_same(row: Operation, sample: Sample) -> None:
    walk = Walk(trace_of(row, sample))
    for level in ("term", "cell", "op"):
        at, way = walk.first, [walk.first]
        for _ in range(60):
            after = walk.next(at, level)
            if after == at:
                break
            way.append(after)
            at = after
        before = [seen(walk, one) for one in way]
        again = []
        for place in reversed(way):
            assert at == place
            again.append(seen(walk, at))
            at = walk.previous(at, level)
        assert repr(again[::-1]) == repr(before)
