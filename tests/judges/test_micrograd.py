"""micrograd as the judge: the example of its README, with tensors, and the figures that it prints there."""

from tuilab import Tape, Tensor, ops


def test_the_example_of_its_readme_gives_its_figures() -> None:
    a = Tensor(-4.0, dtype="float64")
    b = Tensor(2.0, dtype="float64")
    with Tape() as tape:
        c = a + b
        d = a * b + b**3
        c += c + 1
        c += 1 + c + (-a)
        d += d * 2 + ops.relu(b + a)
        d += 3 * d + ops.relu(b - a)
        e = c - d
        f = e**2
        g = f / 2.0
        g += 10.0 / f
    da, db = tape.gradient(g, [a, b])
    assert f"{g.item():.4f}" == "24.7041"
    assert f"{da.item():.4f}" == "138.8338"
    assert f"{db.item():.4f}" == "645.5773"
