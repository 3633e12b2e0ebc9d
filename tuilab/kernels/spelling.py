"""How an operation of the catalogue is written: as an operator, a function of NumPy or of ours, a method."""

import ast
from collections.abc import Mapping

OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "mod",
    ast.MatMult: "matmul",
    ast.BitAnd: "logical_and",
    ast.BitOr: "logical_or",
}
COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
}
_OTHER_NAMES: Mapping[str, str] = {
    "absolute": "abs",
    "amax": "max",
    "amin": "min",
    "cumsum": "cumulative_sum",
    "dot": "matmul",
    "flatten": "reshape",
    "ravel": "reshape",
    "remainder": "mod",
    "var": "variance",
}


def operation_named(written: str) -> str:
    """The catalogue's name of what NumPy calls `written`; the same word where it has no other."""
    return _OTHER_NAMES.get(written, written)


OPERATOR_SIGNS: Mapping[str, str] = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "floor_divide": "//",
    "mod": "%",
    "matmul": "@",
    "pow": "**",
}
COMPARISON_SIGNS: Mapping[str, str] = {
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
"""How two inputs of these operations are written around a sign."""
