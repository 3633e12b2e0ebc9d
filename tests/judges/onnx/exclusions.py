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
    "theirs answers -inf, inf or False for nothing at all, which has no largest element here": (
        "reduce_max_empty_set",
        "reduce_max_empty_set_bool",
        "reduce_min_empty_set",
    ),
    "theirs cuts the power to the whole type of its base; ours is the fraction that it is": (
        "pow_types_int32_float32",
        "pow_types_int64_float32",
    ),
    "scatter_add adds; it does not multiply, nor keep the largest or the smallest": (
        "scatter_elements_with_reduction_max",
        "scatter_elements_with_reduction_min",
        "scatter_elements_with_reduction_mul",
        "scatternd_max",
        "scatternd_max_with_element_indices",
        "scatternd_min",
        "scatternd_min_with_element_indices",
        "scatternd_multiply",
    ),
}

EXCLUDED = {name: reason for reason, names in REASONS.items() for name in names}
