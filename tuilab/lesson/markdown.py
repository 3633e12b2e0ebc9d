"""The Markdown parser of lessons: CommonMark and tables, with MyST's blocks, `$` formulas and `:::`."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


@cache
def parser() -> "MarkdownIt":
    """The one parser: the reader cuts steps with it, and the lab draws prose with it.

    `$` needs no space inside and no digit beside it, so that prices stay prices.
    """
    from markdown_it import MarkdownIt
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin
    from mdit_py_plugins.myst_blocks import myst_block_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    return (
        MarkdownIt("commonmark")
        .enable("table")
        .use(front_matter_plugin)
        .use(myst_block_plugin)
        .use(dollarmath_plugin, allow_digits=False, allow_space=False)
        .use(colon_fence_plugin)
        .use(tasklists_plugin)
    )
