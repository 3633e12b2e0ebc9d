"""The cases of ONNX that tuilab does not pass, each with its reason.

A test fails when one of them passes after all, and when a name is not ONNX's any more.
"""

REASONS: dict[str, tuple[str, ...]] = {
    "the mask is NumPy's random one; ours is drawn by counting": (
        "training_dropout",
        "training_dropout_default",
        "training_dropout_default_mask",
        "training_dropout_mask",
    ),
}

EXCLUDED = {name: reason for reason, names in REASONS.items() for name in names}
