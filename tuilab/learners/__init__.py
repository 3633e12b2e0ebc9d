"""The learners before deep learning, with scikit-learn's names and manners.

    from tuilab import learners
    from tuilab.data.points import moons

    x, y = moons()
    tree = learners.DecisionTreeClassifier(max_depth=4, record=True).fit(x, y)
    tree.trace_[0]                                # the first split, with the table of its candidates
    learners.decision_map(tree.trace_.at(2), bounds=(-2, 3, -1.5, 2))     # what it said after two splits

Each learner says in its docstring what it minimises, what that costs and where it comes from. With
`record=True` a fit leaves `trace_`, a `Trace` whose stops can be walked both ways.
"""

from tuilab.learners.boosting import GradientBoostingClassifier, GradientBoostingRegressor
from tuilab.learners.decision_map import DecisionMap, decision_map
from tuilab.learners.errors import ConvergenceWarning, DataConversionWarning, InputError, NotFittedError
from tuilab.learners.forest import RandomForestClassifier, RandomForestRegressor
from tuilab.learners.kernel_svm import KernelSVM
from tuilab.learners.learner import Classifier, Learner, Regressor
from tuilab.learners.logistic_regression import LogisticRegression
from tuilab.learners.perceptron import Perceptron
from tuilab.learners.trace import Trace
from tuilab.learners.tree import DecisionTreeClassifier, DecisionTreeRegressor

__all__ = [
    "Classifier",
    "ConvergenceWarning",
    "DataConversionWarning",
    "DecisionMap",
    "DecisionTreeClassifier",
    "DecisionTreeRegressor",
    "GradientBoostingClassifier",
    "GradientBoostingRegressor",
    "InputError",
    "KernelSVM",
    "Learner",
    "LogisticRegression",
    "NotFittedError",
    "Perceptron",
    "RandomForestClassifier",
    "RandomForestRegressor",
    "Regressor",
    "Trace",
    "decision_map",
]
