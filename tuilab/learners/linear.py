"""What linear classifiers share: an output is w·x + b."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.learners.kernels.scores import linear_scores
from tuilab.learners.learner import Classifier

Array = NDArray[Any]
Numbers = NDArray[np.float64]


class LinearClassifier(Classifier):
    """An output for each class, or one in all for two classes, above 0 for the second."""

    coef_: Numbers
    intercept_: Numbers

    def decision_function(self, X: Any) -> Numbers:
        """W x + b: (samples, classes), or (samples,) for two classes. Bytes and float32 are multiplied as
        float32."""
        x = self._incoming(X)
        kind = np.float32 if x.dtype in (np.uint8, np.float32) else np.float64
        scores = np.empty((len(x), len(self.coef_)))
        linear_scores(x, np.ascontiguousarray(self.coef_, kind), self.intercept_.astype(kind), scores)
        return scores[:, 0] if len(self.coef_) == 1 else scores

    def predict(self, X: Any) -> Array:
        """The class whose output is highest, which is the most probable one where there are probabilities."""
        scores = self.decision_function(X)
        best = (scores > 0).astype(np.int64) if scores.ndim == 1 else scores.argmax(1)
        predicted: Array = self.classes_[best]
        return predicted
