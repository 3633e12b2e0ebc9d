import pytest

from tuilab.tui.formula import inline


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        ("x^2", "x²"),
        ("w_i", "wᵢ"),
        ("x_{11}", "x₁₁"),
        ("W^{(l)}", "W⁽ˡ⁾"),
        (r"W^\top x", "Wᵀx"),
        (r"\hat{y}_i", "ŷᵢ"),
        ("p_y", "p_y"),
        ("x_q y", "x_q y"),
        ("x^{q+1}", "x^(q+1)"),
        (r"\frac{\partial L}{\partial w}", "∂L/∂w"),
        (r"\frac{a + b}{2}", "(a + b)/2"),
        (r"-\frac{1}{N}\sum_{i=1}^{n} x_i", "−1/N Σᵢ₌₁ⁿ xᵢ"),
        (r"\sqrt{x + 1} + \sqrt[3]{2}", "√(x + 1) + ³√2"),
        (r"\log p \approx 2.3", "log p ≈ 2.3"),
        (r"\max_\theta f", "max_θ f"),
        (r"28 \cdot 28 = 784", "28 · 28 = 784"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(1 2; 3 4)"),
        (r"\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}", "{1  x > 0; 0  else"),
        (r"\underbrace{a + b}_{n}", "a + b (n)"),
        (r"\left( \frac{a}{b} \right)^2", "(a/b)²"),
        (r"\alpha \in \mathbb{R}^n", "α ∈ ℝⁿ"),
    ],
)
def test_a_formula_on_one_line(latex, line):
    assert inline(latex) == line


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        (r"\hat{y}_i", "hat(y)_i"),
        (r"\alpha \leq x^{2}", "alpha <= x^2"),
        (r"\sqrt{x}", "sqrt(x)"),
        (r"\eta \, \frac{\partial L}{\partial w}", "eta dL/dw"),
    ],
)
def test_a_formula_on_one_line_of_ascii(latex, line):
    assert inline(latex, ascii=True) == line
