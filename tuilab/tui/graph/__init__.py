"""The graph of a trace as data for a screen: its nodes, where they stand, a walk over them. Free of Textual.

`nodes` makes a graph of a trace and folds its repeated parts (`repeats`); `layout` gives each node its place,
layer by layer from left to right, and `routing` the lines between; `walk` knows what has arrived at a stop.
"""

from tuilab.tui.graph.layout import Layout, lay_out
from tuilab.tui.graph.nodes import Graph, Node, graph_of
from tuilab.tui.graph.walk import Walk

__all__ = ["Graph", "Layout", "Node", "Walk", "graph_of", "lay_out"]
