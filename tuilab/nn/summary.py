"""What a model is made of, as a table of text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuilab.nn.model import Model

HEADS = ("layer", "type", "output shape", "parameters", "fed by")


def summary(model: "Model") -> str:
    """A row a layer: name, type, output shape, parameters, and in a graph what feeds it; then the totals."""
    rows = [tuple(row) for row in _rows(model)]
    if not any(row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
    heads = HEADS[: len(rows[0])] if rows else HEADS[:-1]
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines = [_line(row, widths) for row in (heads, *rows)]
    lines.insert(1, "─" * len(lines[0].rstrip()))
    trained = sum(one.size for one in model.trainable_weights)
    kept = sum(one.size for one in model.weights) - trained
    lines += ["", f"{trained + kept:,} parameters: {trained:,} trained, {kept:,} kept as they are"]
    return "\n".join(line.rstrip() for line in lines)


def _rows(model: "Model") -> list[Sequence[str]]:
    graph = model.graph
    if graph is None:
        shape = model.built_for
        rows: list[Sequence[str]] = []
        for layer in model.layers:
            known = layer.built_for if model.is_row is False else shape
            output = layer.output_shape(known) if known is not None else None
            shape = output if model.is_row else None
            shown = "?" if output is None else str(("batch", *output)).replace("'", "")
            rows.append((layer.name, type(layer).__name__, shown, f"{layer.count_params():,}", ""))
        return rows
    feeds: list[Sequence[str]] = [
        (one.name or f"input_{number}", "Input", _shown(one.shape), "0", "")
        for number, one in enumerate(graph.entries)
    ]
    names = {id(one): feeds[number][0] for number, one in enumerate(graph.entries)}
    counted: set[int] = set()
    for node in graph.nodes:
        outputs = node.outputs if isinstance(node.outputs, list) else [node.outputs]
        names |= {id(one): node.layer.name for one in outputs}
        own = "0" if id(node.layer) in counted else f"{node.layer.count_params():,}"
        counted.add(id(node.layer))
        fed = ", ".join(names[id(one)] for one in node.inputs)
        feeds.append((node.layer.name, type(node.layer).__name__, _shown(outputs[0].shape), own, fed))
    return feeds


def _shown(shape: tuple[int, ...]) -> str:
    return str(("batch", *shape)).replace("'", "")


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        text.rjust(width) if column == 3 else text.ljust(width)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells)
