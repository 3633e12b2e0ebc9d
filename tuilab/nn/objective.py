"""What a model is trained for: a loss for each output, their weights, and what is measured beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from tuilab.autodiff import Tensor
from tuilab.data.nested import leaves
from tuilab.errors import TuilabError
from tuilab.nn import losses
from tuilab.nn import metrics as all_metrics


class Objective:
    """Losses and metrics for the outputs of a model.

    `loss` is one loss, or a list or a mapping by the outputs' names; so are `weights`, and `metrics`, each
    entry a list. Where outputs have names, `names` gives them in order.
    """

    def __init__(
        self,
        loss: Any,
        metrics: Sequence[Any] | Mapping[str, Any],
        weights: Sequence[float] | Mapping[str, float] | None,
        names: Sequence[str] | None,
    ) -> None:
        self.names = list(loss) if names is None and isinstance(loss, Mapping) else names
        self.losses = [losses.get(one) for one in self._listed("loss", loss)]
        self.alone = not isinstance(loss, Mapping | list | tuple)
        given = self._listed("loss_weights", weights) if weights is not None else [1.0] * len(self.losses)
        self.weights = [float(one) for one in given]
        if len(self.weights) != len(self.losses):
            raise TuilabError(f"There are {len(self.losses)} losses and {len(self.weights)} loss_weights.")
        self.metrics: list[all_metrics.Metric] = []
        self._of: list[int] = []
        """For each metric the number of its output."""
        for output, wanted in enumerate(self._by_output(metrics)):
            for one in wanted:
                metric = all_metrics.get(one, self.losses[min(output, len(self.losses) - 1)])
                if not self.alone:
                    metric.name = f"{self._name(output)}_{metric.name}"
                self.metrics.append(metric)
                self._of.append(output)

    def _listed(self, what: str, given: Any) -> list[Any]:
        if not isinstance(given, Mapping):
            return list(given) if isinstance(given, list | tuple) else [given]
        names = list(given) if self.names is None else self.names
        missing = [name for name in names if name not in given]
        if missing:
            raise TuilabError(
                f"{what} has nothing for the output {missing[0]!r}. It names {', '.join(given)}."
            )
        return [given[name] for name in names]

    def _by_output(self, metrics: Any) -> list[list[Any]]:
        if isinstance(metrics, Mapping):
            names = self.names or list(metrics)
            named = [metrics.get(name, []) for name in names]
            return [list(one) if isinstance(one, list | tuple) else [one] for one in named]
        wanted = list(metrics)
        if self.alone:
            return [wanted]
        if len(wanted) == len(self.losses) and all(isinstance(one, list | tuple) for one in wanted):
            return [list(one) for one in wanted]
        return [wanted for _ in self.losses]

    def _name(self, output: int) -> str:
        return self.names[output] if self.names else f"output_{output}"

    def _paired(self, y: Any, output: Any) -> list[tuple[Any, Any]]:
        outputs = leaves(output)
        if isinstance(output, Mapping) and isinstance(y, Mapping):
            missing = [name for name in output if name not in y]
            if missing:
                raise TuilabError(f"There are no targets for the output {missing[0]!r}.")
            targets = [y[name] for name in output]
        else:
            targets = leaves(y)
        if len(targets) != len(outputs):
            raise TuilabError(f"The model has {len(outputs)} outputs. It was given {len(targets)} targets.")
        return list(zip(targets, outputs, strict=True))

    def loss(self, y: Any, output: Any) -> Tensor:
        """The weighted sum of the outputs' losses."""
        pairs = self._paired(y, output)
        if len(pairs) == 1 and self.weights == [1.0]:
            return self.losses[0](*pairs[0])
        alone = len(self.losses) == 1
        if not alone and len(self.losses) != len(pairs):
            raise TuilabError(f"The model has {len(pairs)} outputs and {len(self.losses)} losses.")
        parts = [
            self.losses[0 if alone else place](target, one) * self.weights[0 if alone else place]
            for place, (target, one) in enumerate(pairs)
        ]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def reset(self) -> None:
        """Forget what was measured."""
        for metric in self.metrics:
            metric.reset()

    def measure(self, y: Any, output: Any) -> None:
        """Take in a batch."""
        if not self.metrics:
            return
        pairs = self._paired(y, output)
        for metric, place in zip(self.metrics, self._of, strict=True):
            target, one = pairs[place]
            metric.update(target, one.data)
