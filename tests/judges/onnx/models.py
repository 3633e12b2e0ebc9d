"""ONNX's recorded models, in its wheel: graphs from PyTorch, with inputs and outputs of that day."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .cases import Array, read_node
from .table import run


@dataclass(frozen=True)
class Recorded:
    """A graph, and data sets of inputs and outputs."""

    name: str
    folder: Path

    def model(self) -> Any:
        import onnx

        return onnx.load(self.folder / "model.onnx")

    def operators(self) -> set[str]:
        """What the graph is made of."""
        return {one.op_type for one in self.model().graph.node}

    def data_sets(self) -> Iterator[tuple[list[Array], list[Array]]]:
        for folder in sorted(self.folder.glob("test_data_set_*")):
            yield _arrays(folder, "input"), _arrays(folder, "output")

    def answer(self, inputs: list[Array]) -> list[Array]:
        """The graph's outputs, every operation done by tuilab."""
        from onnx import numpy_helper

        model = self.model()
        graph, opset = model.graph, model.opset_import[0].version
        known = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        free = [one.name for one in graph.input if one.name not in known]
        known |= dict(zip(free, inputs, strict=True))
        for proto in graph.node:
            node = read_node(proto, opset)
            if node.operator == "Constant":
                known[node.outputs[0]] = np.asarray(node.attributes["value"])
            else:
                answers = run(node, tuple(known.get(one) for one in node.inputs))
                known |= dict(zip(node.outputs, answers, strict=False))
        return [known[one.name] for one in graph.output]


def recorded_models() -> dict[str, Recorded]:
    """Those of the wheel, by name."""
    import onnx

    data = Path(onnx.__file__).parent / "backend" / "test" / "data"
    kinds = ("pytorch-converted", "pytorch-operator")
    folders = [folder for kind in kinds for folder in sorted((data / kind).glob("test_*"))]
    return {
        name: Recorded(name, folder) for folder in folders for name in [folder.name.removeprefix("test_")]
    }


def _arrays(folder: Path, kind: str) -> list[Array]:
    import onnx
    from onnx import numpy_helper

    files = sorted(folder.glob(f"{kind}_*.pb"), key=lambda one: int(one.stem.split("_")[1]))
    return [numpy_helper.to_array(onnx.TensorProto.FromString(one.read_bytes())) for one in files]
