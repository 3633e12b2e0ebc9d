"""One training step of a 2-3-2 network, written out by hand; and the same step walked phase by phase."""

import numpy as np

from tuilab import nn
from tuilab.nn.step import PHASES, run_step, train_step


def network() -> nn.Sequential:
    model = nn.Sequential([nn.Dense(3, activation="relu"), nn.Dense(2, activation="softmax")], seed=0)
    model.build((2,), "float64")
    model.set_weights(
        [
            np.array([[0.1, 0.2, -0.3], [0.4, -0.5, 0.6]]),
            np.array([0.0, 0.1, 0.0]),
            np.array([[0.1, -0.1], [0.2, 0.3], [-0.4, 0.5]]),
            np.array([0.0, 0.0]),
        ]
    )
    model.compile(nn.optimizers.SGD(0.5), "sparse_categorical_crossentropy")
    return model


def test_a_step_is_the_arithmetic_that_a_person_would_do() -> None:
    # x = (1, 2), the right class is 0.
    # z1 = x W1 + b1 = (1·0.1 + 2·0.4, 1·0.2 - 2·0.5 + 0.1, -1·0.3 + 2·0.6) = (0.9, -0.7, 0.9)
    # h  = relu(z1) = (0.9, 0, 0.9)
    # z2 = h W2 + b2 = (0.9·0.1 - 0.9·0.4, -0.9·0.1 + 0.9·0.5) = (-0.27, 0.36)
    # p  = softmax(z2): p0 = 1 / (1 + e^(0.36 + 0.27)) = 1 / (1 + e^0.63)
    p0 = 1 / (1 + np.exp(0.63))
    p1 = 1 - p0
    # loss = -log p0
    # dz2 = p - t = (p0 - 1, p1) = (-p1, p1)
    # dW2 = hᵀ dz2 = ((-0.9 p1, 0.9 p1), (0, 0), (-0.9 p1, 0.9 p1)); db2 = (-p1, p1)
    # dh  = dz2 W2ᵀ = (-0.1 p1 - 0.1 p1, -0.2 p1 + 0.3 p1, 0.4 p1 + 0.5 p1) = (-0.2, 0.1, 0.9) p1
    # dz1 = dh ⊙ [z1 > 0] = (-0.2, 0, 0.9) p1
    # dW1 = xᵀ dz1 = ((-0.2, 0, 0.9), (-0.4, 0, 1.8)) p1; db1 = (-0.2, 0, 0.9) p1
    # w ← w - 0.5 dw
    model = network()
    step = run_step(model, np.array([[1.0, 2.0]]), np.array([0]))
    np.testing.assert_allclose(step.output.numpy(), [[p0, p1]], rtol=1e-14)
    np.testing.assert_allclose(step.loss.item(), -np.log(p0), rtol=1e-14)
    expected = [
        np.array([[-0.2, 0, 0.9], [-0.4, 0, 1.8]]) * p1,
        np.array([-0.2, 0, 0.9]) * p1,
        np.array([[-0.9, 0.9], [0, 0], [-0.9, 0.9]]) * p1,
        np.array([-p1, p1]),
    ]
    for found, wanted in zip(step.gradients, expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-16)
    before = network().get_weights()
    for found, start, gradient in zip(model.get_weights(), before, expected, strict=True):
        np.testing.assert_allclose(found, start - 0.5 * gradient, rtol=1e-13)


def test_a_step_has_five_phases_and_knows_nothing_too_early() -> None:
    model = network()
    known = [set(), {"output"}, {"output", "loss"}, {"output", "loss", "gradients"}]
    known.append(known[-1])
    for number, step in enumerate(train_step(model, np.ones((4, 2)), np.array([0, 1, 0, 1]))):
        assert step.phase == PHASES[number]
        assert {name for name in ("output", "loss", "gradients") if hasattr(step, name)} == known[number]
    assert number == 4


def test_weights_move_in_the_last_phase_alone() -> None:
    model = network()
    before = model.get_weights()
    for step in train_step(model, np.ones((4, 2)), np.array([0, 1, 0, 1])):
        same = all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
        assert same == (step.phase != "update")


def test_stepped_path_equals_straight_path_bit_for_bit() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (200, 6, 6), np.uint8), rng.integers(0, 10, 200)
    finished = []
    for stepped in (False, True):
        model = nn.Sequential(
            [nn.Flatten(), nn.Rescaling(1 / 255), nn.Dense(70, activation="relu"), nn.Dense(10, "softmax")],
            seed=3,
        )
        model.compile("adam", "sparse_categorical_crossentropy")
        for start in range(0, 200, 40):
            batch = x[start : start + 40], y[start : start + 40]
            if stepped:
                for step in train_step(model, *batch):
                    if step.phase in ("forward", "loss"):
                        model(batch[0])  # looking on the way changes nothing
            else:
                run_step(model, *batch)
        finished.append(b"".join(one.tobytes() for one in model.get_weights()))
    assert finished[0] == finished[1]
