"""`tuilab new`: a lesson that works, with one of everything, to be made into another."""

import os
import re
from pathlib import Path

from tuilab.errors import LessonError
from tuilab.lesson import library
from tuilab.lesson.front_matter import ID
from tuilab.text import safe

LONGEST_ID = 60

_SKELETON = r"""---
jupytext:
  notebook_metadata_filter: title,description,tuilab
  text_representation: {extension: .md, format_name: myst, format_version: 0.13}
kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
title: @TITLE@
description: One sentence that says what somebody can do after this lesson.
tuilab: {id: @ID@, version: 1, lang: en, minutes: 10,
         prerequisites: [], needs: [numpy], kernels: [mean]}
---

# @TITLE@

Begin with a question. By how much does a guess miss, on average? This page is a
lesson that works: change it piece by piece, and keep `tuilab check` content.

## The idea

Say it in words, then as a formula. The mean of the squared errors of $N$ guesses
$p_n$ is

$$
L = \frac{1}{N} \sum_{n=1}^{N} (p_n - y_n)^2
$$

```{code-cell} ipython3
---
tags: [setup]
tuilab: {expect: "(2, 3) (3,)"}
---
import numpy as np

p = np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]])
y = np.array([1.0, 2.0, 4.0])
print(p.shape, y.shape)
```

## Step through it

```{lab:step} (p - y) ** 2
:view: grid
```

:::{lab:predict} @NAME@-shape
:answer: (2, 3)
Which shape has `p - y`?
:::

## Do it yourself

Write the loss $L$ for arrays of any shape, without a loop.

```{code-cell} ipython3
---
tags: [exercise]
tuilab: {exercise: @NAME@-loss, timeout: 5}
---
def loss(p, y):
    ...  # your answer
```

:::{lab:hint} @NAME@-loss
`(p - y) ** 2` squares the errors. NumPy has a function for the mean.
:::

```{code-cell} ipython3
---
tags: [solution]
jupyter: {source_hidden: true}
tuilab: {exercise: @NAME@-loss}
---
def loss(p, y):
    return np.mean((p - y) ** 2)
```

```{code-cell} ipython3
---
tags: [check]
tuilab: {exercise: @NAME@-loss}
---
assert loss(y, y) == 0, "a guess without an error has the loss 0"
assert np.isclose(loss(p, y), 1), "the mean of 0, 0, 1, 1, 0 and 4 is 1"
```

## Watch it fall

```{lab:train} @NAME@
:model: mlp
:data: mnist
:optimizer: adam
:epochs: 2
:goal: 0.95
```

Say what to look at while it trains.
"""


def create(name: str, folder: Path) -> Path:
    """Write a new lesson with the id `name` into `folder`, as `LAST-PART-OF-ID.md`, and answer its file.

    Raises LessonError where the id is not one or is taken, or the file is there already.
    """
    if not ID.fullmatch(name) or len(name) > LONGEST_ID:
        advice = re.sub(r"[^a-z0-9_.-]+", "-", name.lower()).strip("-._")[:LONGEST_ID]
        ending = f"How about `{advice}`?" if ID.fullmatch(advice) else "Write it as `my.broadcasting`."
        raise LessonError(
            f"{safe(repr(name), limit=80)} is not an id: small letters, digits, - and dots, "
            f"at most {LONGEST_ID} characters. {ending}"
        )
    for header in library():
        if header.id == name and not header.problem:
            raise LessonError(f"There is a lesson {name} already: {header.path}. Give yours another id.")
    last = name.split(".")[-1]
    path = folder / f"{last}.md"
    title = last.replace("-", " ").replace("_", " ").capitalize()
    text = _SKELETON.replace("@TITLE@", f'"{title}"' if title[0].isdecimal() else title)
    text = text.replace("@ID@", f'"{name}"').replace("@NAME@", last)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise LessonError(f"The folder {safe(str(folder))} cannot be made ({error.strerror}).") from error
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except FileExistsError as error:
        raise LessonError(
            f"{safe(str(path))} is there already, and stays as it is. Choose another id."
        ) from error
    except OSError as error:
        raise LessonError(f"{safe(str(path))} cannot be written ({error.strerror}).") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return path
