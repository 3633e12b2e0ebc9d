"""Formulas as MathML: well formed, nothing lost, nothing let through."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.errors import FormulaError
from tuilab.kernels.catalogue import CATALOGUE
from tuilab.tui.formula.mathml import mathml

HERE = Path(__file__).parent


def formulas():
    """The formulas of the pictures that `test_pictures` compares, and of the catalogue."""
    for name in ("pictures.txt", "lessons.txt"):
        yield from re.findall(r"^\$ (.*)$", (HERE / name).read_text(), re.MULTILINE)
    yield from (row.formula for row in CATALOGUE.values())


def body(latex):
    """What stands inside the outer row."""
    return re.fullmatch(r"<math[^>]*><mrow>(?:<mrow>)?(.*?)(?:</mrow>)?</mrow></math>", mathml(latex))[1]


@pytest.mark.parametrize(
    ("latex", "written"),
    [
        ("x", "<mi>x</mi>"),
        ("28", "<mn>28</mn>"),
        ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"),
        ("w_1^2", "<msubsup><mi>w</mi><mn>1</mn><mn>2</mn></msubsup>"),
        ("f'", "<msup><mi>f</mi><mo>′</mo></msup>"),
        (r"\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        (r"\sqrt[3]{a}", "<mroot><mi>a</mi><mrow><mn>3</mn></mrow></mroot>"),
        (r"\hat{y}", '<mover accent="true"><mi>y</mi><mo stretchy="false">^</mo></mover>'),
        (r"\log p", '<mi>log</mi><mspace width="0.167em"></mspace><mi>p</mi>'),
        (r"\max(0", '<mi>max</mi><mo stretchy="false">(</mo><mn>0</mn>'),
        (r"\sum_{n}^{N}", "<munderover><mo>∑</mo><mi>n</mi><mi>N</mi></munderover>"),
        (r"a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
        (r"\text{a & <b>}", "<mtext>a&#xa0;&amp;&#xa0;&lt;b&gt;</mtext>"),
    ],
)
def test_each_part_has_its_element(latex, written):
    assert body(latex) == written


@pytest.mark.parametrize("latex", sorted(set(formulas())))
def test_what_the_lab_draws_is_well_formed_here(latex):
    root = ElementTree.fromstring(mathml(latex, display=True))
    assert root.tag == "math"
    assert root.get("alttext") == " ".join(latex.split())
    children = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2}
    children |= {"msubsup": 3, "munderover": 3}
    for element in root.iter():
        assert len(element) == children.get(element.tag, len(element)), element.tag


def test_the_source_in_its_attribute_cannot_leave_it():
    root = ElementTree.fromstring(mathml(r'\text{" onclick="x}'))
    assert set(root.keys()) == {"display", "alttext"}
    assert root.get("alttext") == r'\text{" onclick="x}'


def test_what_is_not_known_is_an_error_as_everywhere():
    with pytest.raises(FormulaError, match="did you mean"):
        mathml(r"\sqtr{2}")
