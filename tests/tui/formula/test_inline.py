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
        (r"\frac{\partial L}{\partial w_{ij}}", "∂L/∂wᵢⱼ"),
        (r"\frac{\partial^2 f}{\partial x \, \partial y}", "∂²f/(∂x ∂y)"),
        (r"\frac{m_t}{1 - \beta_1^t}", "mₜ/(1 − β₁ᵗ)"),
        (r"\frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}", "m̂ₜ/(√v̂ₜ + ε)"),
        (r"\frac{1}{\sqrt{2 \pi \sigma^2}}", "1/√(2πσ²)"),
        (r"\frac{p - t}{p (1 - p)}", "(p − t)/(p(1 − p))"),
        (r"\frac{[x_i = y]}{2}", "[xᵢ = y]/2"),
        (r"\frac{a}{b_q}", "a/b_q"),
        (r"\frac{n!}{2!}", "n!/2!"),
        (r"\sqrt{10} + \sqrt{2x}", "√10 + √(2x)"),
        (r"x_{i_j} + e^{x_j} + e^{x^2}", "x_(iⱼ) + e^xⱼ + e^(x²)"),
        (r"A \xrightarrow{f} B", "A ─f→ B"),
        (r"\sum_{\substack{i < n \\ i \neq j}} x_i", "Σ_(i<n, i≠j) xᵢ"),
        (r"\text{if $x_i > 0$}", "if xᵢ > 0"),
        (r"\bigl( x \bigr) \not\in A", "(x) ∉ A"),
        (r"a \equiv b \pmod{n}", "a ≡ b  (mod n)"),
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
        (r"\sigma\sqrt{2} x\hat{y}", "sigma sqrt(2) x hat(y)"),
        (r"\max_{k \in \{1, 2\}} p_k", "max_(k in {1,2}) p_k"),
        (r"a \not= b \not\subset C", "a != b not sub C"),
    ],
)
def test_a_formula_on_one_line_of_ascii(latex, line):
    assert inline(latex, ascii=True) == line
