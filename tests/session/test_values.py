"""The last expression comes back as data: numbers, text, arrays, curves, traces, or a bounded repr."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab.session import values
from tuilab.session.messages import Message, MessageError

Shown = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 1", values.Number("int", "2", 2)),
        ("3 > 2", values.Number("bool", "True", True)),
        ("2 + 3j", values.Number("complex", "(2+3j)", None)),
        ("10 ** 5000", values.Number("int", "a whole number of 16,610 bits", None)),
        ("'hé\\x1b[31m'", values.Text("str", "hé␛[31m", 7)),
        ("b'abc'", values.Other("bytes", "b'abc'")),
        ("[7]", values.Collection("list", "[7]", 1, (("0", values.Number("int", "7", 7)),))),
        ("{'loss': [2, 1]}", values.Curves("dict", "loss: 2 values, 2 to 1", {"loss": (2.0, 1.0)})),
    ],
)
def test_plain_values(shown: Shown, source: str, expected: values.Value) -> None:
    assert shown(source) == expected


@pytest.mark.parametrize("source", ["x = 5", "None", "5;", "", "# nothing"])
def test_some_cells_show_nothing(run: Any, source: str) -> None:
    result = run(source)
    assert result.passed
    assert result.value is None


def test_an_array_comes_with_its_figures_and_elements(shown: Shown) -> None:
    value = shown("import numpy as np\nx = np.array([[1, np.nan, np.inf], [4, 5, 6.0]]).T\nx")
    assert isinstance(value, values.Array)
    assert (value.name, value.shape, value.dtype, value.strides) == ("x", (3, 2), "<f8", (8, 24))
    assert (value.minimum, value.maximum, value.nan_count, value.infinite_count) == (1.0, np.inf, 1, 1)
    assert value.whole
    np.testing.assert_array_equal(value.array(), np.array([[1, np.nan, np.inf], [4, 5, 6]]).T)


def test_the_mean_is_taken_over_what_is_not_nan(shown: Shown) -> None:
    value = shown("import numpy as np\nnp.array([1.0, np.nan, 4.0])")
    assert value.mean == 2.5


@pytest.mark.parametrize(
    ("expression", "shape", "sample"),
    [
        ("np.zeros((60000, 28, 28), np.uint8)", (60000, 28, 28), (59, 28, 28)),
        ("np.zeros((4000, 3000))", (4000, 3000), (250, 188)),
        ("np.zeros(10**6)", (10**6,), (62500,)),
    ],
)
def test_a_large_array_comes_as_an_even_sample(
    shown: Shown, expression: str, shape: tuple[int, ...], sample: tuple[int, ...]
) -> None:
    value = shown(f"import numpy as np\n{expression}")
    assert value.shape == shape
    assert value.array().shape == sample
    assert not value.whole


@pytest.mark.parametrize(
    ("expression", "image"),
    [
        ("np.zeros((20, 30), np.uint8)", "gray"),
        ("np.zeros((28, 28))", "gray"),
        ("np.random.rand(16, 16)", "gray"),
        ("np.zeros((10, 28, 28), np.uint8)", "stack"),
        ("np.zeros((20, 30, 3), np.uint8)", "rgb"),
        ("np.zeros((3, 4), np.uint8)", ""),
        ("2 + np.random.rand(16, 16)", ""),
        ("np.zeros((16, 20))", ""),
        ("np.full((28, 28), np.nan)", ""),
    ],
)
def test_images_are_told_from_matrices(shown: Shown, expression: str, image: str) -> None:
    assert shown(f"import numpy as np\n{expression}").image == image


@pytest.mark.parametrize(
    "expression",
    ["np.array(['a'])", "np.array([object()])", "np.zeros(2, [('a', 'i4')])", "np.array(['2020'], 'M8[Y]')"],
)
def test_an_array_of_other_things_has_no_elements_here(shown: Shown, expression: str) -> None:
    value = shown(f"import numpy as np\n{expression}")
    assert isinstance(value, values.Array)
    assert value.array() is None


def test_tensors_histories_and_traces(shown: Shown) -> None:
    tensor = shown("from tuilab import Tape, Tensor, ops\nw = Tensor([[1.0, 2.0]], name='weights')\nw")
    assert (tensor.type_name, tensor.name, tensor.shape, tensor.dtype) == ("Tensor", "weights", (1, 2), "<f4")
    trace = shown("with Tape() as tape:\n    loss = ops.mean(w * w)\ntape.trace(loss, w)")
    assert isinstance(trace, values.TraceValue)
    assert [stop.operation for stop in trace.trace()] == ["multiply", "mean", "mean", "multiply"]
    history = shown(
        "from tuilab.nn.callbacks.history import History\nh = History()\nh.history = {'loss': [1.0, 0.5]}\nh"
    )
    assert isinstance(history, values.Curves)
    assert (history.type_name, history.curves) == ("History", {"loss": (1.0, 0.5)})


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("def __repr__(self): raise ValueError", "(a A, whose repr fails: ValueError)"),
        ("def __repr__(self): return '\\x1b[2J'", "␛[2J"),
        ("__class__ = property(lambda self: 1 / 0)\n def __repr__(self): return 'A'", None),
        ("shape = dtype = 3\n def __array__(self): raise OSError\n def __repr__(self): return 'A'", "A"),
    ],
)
def test_hostile_objects_are_words(shown: Shown, body: str, text: str | None) -> None:
    value = shown(f"class A:\n {body}\nA()")
    assert isinstance(value, values.Other)
    assert text in (None, value.text)


@pytest.mark.parametrize(
    "source",
    ["'x' * 10**7", "[list(range(10**5))] * 50", "{i: 'y' * 10**5 for i in range(30)}", "b'x' * 10**7"],
)
def test_large_values_are_cut(shown: Shown, source: str) -> None:
    assert len(repr(shown(source))) < 200_000


def test_what_holds_itself_is_shown(shown: Shown) -> None:
    assert shown("x = []\nx.append(x)\nx").length == 1


ARRAY = {
    "kind": "array",
    "type": "ndarray",
    "text": "",
    "name": "",
    "shape": [2],
    "dtype": "<f8",
    "strides": [8],
    "steps": [1],
    "image": "",
    "data": 0,
    "minimum": None,
    "maximum": None,
    "mean": None,
    "nan_count": 0,
    "infinite_count": 0,
}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "pickle"},
        {"shape": [2**60]},
        {"shape": [-2]},
        {"shape": [2, 2]},
        {"shape": [2**62, 2**62]},
        {"steps": [2**62]},
        {"dtype": "O"},
        {"dtype": "|O8"},
        {"dtype": "<f16"},
        {"data": 1},
        {"data": -1},
        {"minimum": "x"},
        {"strides": None},
    ],
)
def test_a_value_that_contradicts_itself_is_refused(change: dict[str, Any]) -> None:
    assert values.read(ARRAY, Message({}, (bytes(16),))) is not None
    with pytest.raises(MessageError, match="a value that is none"):
        values.read({**ARRAY, **change}, Message({}, (bytes(16),)))
