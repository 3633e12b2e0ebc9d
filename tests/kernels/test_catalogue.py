"""Every row of the catalogue: what it says of itself, and that its two kernels agree."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tuilab.kernels.parallel
from tuilab.errors import TuilabError
from tuilab.kernels import shapes
from tuilab.kernels.catalogue import CATALOGUE, Invalid, Operation, Sample, register

Draw = Callable[..., tuple[Any, ...]]
NOT_OPERATIONS = {
    "arrays",
    "blas",
    "blocks",
    "elementary",
    "gradient_norms",
    "largest",
    "lines",
    "loops",
    "matrices",
    "order",
    "polynomials",
    "recurrent",
    "register_tiles",
    "repetition",
    "sliding",
    "vectors",
}
"""Modules of `parallel` with what kernels are made of."""
PLACES = {"argmax", "argmin"}
"""Rows that answer places: whole numbers, whatever they are given."""
TRUTHS = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "all", "any"}
TRUTHS |= {"logical_and", "logical_or", "logical_not", "isnan", "isinf", "isfinite"}
"""Rows that answer true or false, whatever they are given."""
VIEWS = {"transpose", "transpose_gradient", "reshape", "expand_dims", "squeeze", "flip", "slice"}
VIEWS |= {"matrix_transpose", "pad_gradient", "concatenate_gradient"}
"""Rows that answer the memory they are given, whatever lies there."""
UNSAID = {"slice_gradient", "pad_gradient", "one_hot", "gather_nd_gradient"}
"""Rows whose shapes depend on options, or on more than one."""
INTEGER = PLACES | TRUTHS | VIEWS | {"add", "subtract", "multiply", "negative", "relu", "max"}
INTEGER |= {"max_pool2d", "slice_gradient", "pad", "concatenate", "take", "scatter_add"}
INTEGER |= {"take_along_axis", "gather_nd", "sum", "prod", "min", "cumulative_sum"}
INTEGER |= {"floor_divide", "mod", "pow", "maximum", "minimum", "abs", "sign", "floor", "ceil", "round"}
INTEGER |= {"clip", "where"}
"""Rows that answer whole numbers, or truths, for whole numbers; the others answer floating ones."""
OVERFLOWING = {"subtract", "negative", "pow"}
"""Rows whose results bytes cannot hold."""


def each(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def answers(row: Operation, result: Any) -> tuple[Any, ...]:
    """What a row answers, without what it only keeps for the way back: places may be whole numbers."""
    return each(result)[: row.outputs - row.kept]


def assert_close(found: Any, expected: Any, tolerance: float) -> None:
    for one, wanted in zip(each(found), each(expected), strict=True):
        assert (one is None) == (wanted is None)
        if one is not None:
            assert one.shape == wanted.shape
            scale = max(1.0, float(np.abs(wanted).max(initial=0)))
            np.testing.assert_allclose(one, wanted, rtol=tolerance, atol=tolerance * scale)


def public_kernels() -> dict[str, Callable[..., Any]]:
    """The functions that `tuilab.kernels.parallel` offers, by name."""
    names = {one.name for one in pkgutil.iter_modules(tuilab.kernels.parallel.__path__)} - NOT_OPERATIONS
    modules = [importlib.import_module(f"tuilab.kernels.parallel.{name}") for name in names]
    return {
        name: thing
        for module in modules
        for name, thing in vars(module).items()
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_")
    }


def test_every_public_kernel_has_a_row_and_every_row_its_kernel() -> None:
    rows = {row.name: getattr(row.parallel, "function", row.parallel) for row in CATALOGUE.values()}
    assert public_kernels() == rows


def test_a_second_row_of_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="has a row 'add' already"):
        register(CATALOGUE["add"])


def test_row_has_a_formula_with_balanced_braces(row: Operation) -> None:
    assert row.formula.strip()
    assert row.formula.count("{") == row.formula.count("}")
    left, right = (re.findall(rf"\\{side}(?![a-z])", row.formula) for side in ("left", "right"))
    assert len(left) == len(right)
    assert "$" not in row.formula


def test_row_has_samples_whose_shapes_are_those_it_writes(row: Operation, sample: Sample, draw: Draw) -> None:
    inputs = draw(row, sample)
    if row.variadic:
        pytest.skip("takes any number of arrays")
    assert len(inputs) == len(row.inputs)
    if ("axis" in row.options and len(inputs) > 1) or row.name in UNSAID:
        pytest.skip("the notation cannot say it")
    shapes.match(row.name, row.shapes, *(one.shape for one in inputs))


def test_reference_and_parallel_take_the_same_arguments(row: Operation) -> None:
    reference = list(inspect.signature(row.reference).parameters.values())
    parallel = list(inspect.signature(row.parallel).parameters.values())
    for one, other in zip(reference, parallel, strict=False):
        assert (one.name, one.default) == (other.name, other.default)
    assert [one.name for one in parallel[len(reference) :]] in ([], ["out"])


def test_gradient_rule_names_rows_of_the_catalogue(row: Operation) -> None:
    rules = [row.gradient] if isinstance(row.gradient, str) else [one for one in row.gradient if one]
    for rule in rules:
        for name in re.findall(r"(\w+)\(", rule):
            assert name in CATALOGUE
    if not isinstance(row.gradient, str) and row.gradient:
        assert len(row.gradient) == len(row.inputs)


def test_parallel_equals_reference_in_float64(row: Operation, sample: Sample, draw: Draw) -> None:
    inputs = draw(row, sample)
    kept = [one.copy() for one in inputs]
    found = row.parallel(*inputs, **sample.options)
    assert_close(found, row.reference(*inputs, **sample.options), 1e-10)
    for one, before in zip(inputs, kept, strict=True):
        np.testing.assert_array_equal(one, before)


def test_parallel_in_float32_is_near_the_reference_in_float64(
    row: Operation, sample: Sample, draw: Draw
) -> None:
    inputs = draw(row, sample, np.float32)
    wide = [one.astype(np.float64) if one.dtype.kind == "f" else one for one in inputs]
    found = row.parallel(*inputs, **sample.options)
    assert all(
        one is None or one.dtype == np.float32 or row.name in PLACES | TRUTHS for one in answers(row, found)
    )
    assert_close(found, row.reference(*wide, **sample.options), 2e-5)


def test_reference_keeps_float32(row: Operation, sample: Sample, draw: Draw) -> None:
    found = row.reference(*draw(row, sample, np.float32), **sample.options)
    assert all(
        one is None or one.dtype == np.float32 or row.name in PLACES | TRUTHS for one in answers(row, found)
    )


def test_refusal_says_what_is_wrong(row: Operation, invalid: Invalid, draw: Draw) -> None:
    with pytest.raises(TuilabError, match=re.escape(invalid.says)) as caught:
        row.parallel(*draw(row, invalid), **invalid.options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8, np.bool_])
def test_whole_numbers_give_what_the_reference_gives_for_them_as_floats(
    row: Operation, dtype: Any, draw: Draw
) -> None:
    sample = row.valid[0]
    inputs = draw(row, sample)
    whole = [one if one.dtype.kind in "iu" else (np.abs(one) * 3 + 1).astype(dtype) for one in inputs]
    found = row.parallel(*whole, **sample.options)
    floats = [one if was is one else one.astype(np.float64) for one, was in zip(whole, inputs, strict=True)]
    if dtype not in (np.uint8, np.bool_) or row.name not in OVERFLOWING:
        assert_close(found, row.reference(*floats, **sample.options), 1e-6)
    given = [one for one in answers(row, found) if one is not None]
    assert all((one.dtype.kind == "f") == (row.name not in INTEGER) for one in given)


@pytest.mark.parametrize("strange", [np.array(["a", "b"]), np.array([1j, 2]), np.array([object()])])
def test_what_is_no_real_number_is_refused_in_words(row: Operation, strange: Any) -> None:
    if row.name in VIEWS:
        pytest.skip("a view of whatever it is given")
    inputs = [strange] * len(row.inputs)
    with pytest.raises(TuilabError):
        row.parallel(*inputs, **row.valid[0].options)
