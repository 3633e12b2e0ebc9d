"""The search for the best split of each node of a level, and the division of its samples.

A node's samples lie one after the other; each has a row (of the table), a class, a weight, and an amount: the
weight for a classification, weight · target for a regression, where all are of "class" 0. The sums over a
node are [weight, amount by class]. For the Gini impurity and for the squared error alike, the split that
lowers the impurity most is the one with the largest

    Σ_k L_k² / w_L + Σ_k R_k² / w_R

where L and R are the sums to the left and to the right, w their weights (Breiman et al., 1984, chapter 4).
Sums of classes are whole numbers, so they are exact in any order.

A large node is searched by a histogram over the column's own values, where these are few, which is as exact
as sorting; a smaller one by putting its samples in order, by counting where the codes allow it.
"""

from typing import Any

import numpy as np

from tuilab.kernels.jit import device, kernel, prange

FEW_VALUES = 256
LARGE_NODE = 512  # from here on, a histogram is faster than an order
SMALL_NODE = 16  # up to here, an insertion sort is faster than counting
BLOCKS = 64  # lists of tasks, whatever the number of threads
GAP = np.float32(1e-7)  # values that differ by less are taken as equal, as scikit-learn does


@device
def _merit(left: Any, total: Any, square_left: Any, square_right: Any, w_left: Any, entropy: Any) -> Any:
    """What a split is worth: the larger, the purer its two sides."""
    w_right = total[0] - w_left
    if entropy:
        worth = 0.0
        for k in range(1, left.size):
            part, rest = left[k], total[k] - left[k]
            if part > 0:
                worth += part * np.log2(part / w_left)
            if rest > 0:
                worth += rest * np.log2(rest / w_right)
        return worth
    if left.size == 2:
        rest = total[1] - left[1]
        return left[1] * left[1] / w_left + rest * rest / w_right
    return square_left / w_left + square_right / w_right


@device
def _by_histogram(
    column: Any,
    table: Any,
    rows: Any,
    label: Any,
    weight: Any,
    amount: Any,
    total: Any,
    min_leaf: Any,
    entropy: Any,
    counts: Any,
    sums: Any,
    left: Any,
) -> Any:
    """(merit, highest code to the left, lowest code to the right, whether there are two codes)."""
    size = rows.size
    for i in range(size):
        at = np.uint64(column[np.uint64(rows[i])])  # unsigned: no look whether it counts from the end
        counts[at] += 1
        sums[at, 0] += weight[i]
        sums[at, np.uint64(1 + label[i])] += amount[i]
    best, low, high = -np.inf, np.int64(0), np.int64(0)
    left[:] = 0.0
    before, last, seen = 0, np.int64(0), 0
    for value in range(table.size):
        code = np.int64(value)
        if counts[code] == 0:
            continue
        seen += 1
        if seen > 1 and before >= min_leaf and size - before >= min_leaf and table[code] > table[last] + GAP:
            square_left = square_right = 0.0
            for k in range(1, left.size):
                rest = total[k] - left[k]
                square_left += left[k] * left[k]
                square_right += rest * rest
            worth = _merit(left, total, square_left, square_right, left[0], entropy)
            if worth > best:
                best, low, high = worth, last, code
        before += counts[code]
        last = code
        counts[code] = 0
        for k in range(left.size):
            left[k] += sums[code, k]
            sums[code, k] = 0.0
    return best, low, high, seen > 1


@device
def _put_in_order(codes: Any, lowest: Any, highest: Any, counts: Any, order: Any) -> None:
    """order = the places of `codes` from the lowest to the highest, equal ones as they came."""
    size = codes.size
    if size <= SMALL_NODE:
        for i in range(size):
            j = i - 1
            while j >= 0 and codes[order[j]] > codes[i]:
                order[j + 1] = order[j]
                j -= 1
            order[j + 1] = i
    elif highest - lowest < FEW_VALUES:
        for i in range(size):
            counts[np.uint64(codes[i] - lowest)] += 1
        place = 0
        for code in range(highest - lowest + 1):
            here = counts[code]
            counts[code] = place
            place += here
        for i in range(size):
            at = np.uint64(codes[i] - lowest)
            order[np.uint64(counts[at])] = i
            counts[at] += 1
        counts[: highest - lowest + 1] = 0
    else:
        for i in range(size):
            order[i] = (codes[i] << 32) | i
        order.sort()
        for i in range(size):
            order[i] &= 0xFFFFFFFF


@device
def _by_order(
    column: Any,
    table: Any,
    rows: Any,
    label: Any,
    weight: Any,
    amount: Any,
    total: Any,
    min_leaf: Any,
    entropy: Any,
    counts: Any,
    codes: Any,
    order: Any,
    left: Any,
) -> Any:
    """The same as `_by_histogram`, for smaller nodes and for columns of many values."""
    size = rows.size
    lowest = np.int64(column[rows[0]])
    highest, last = lowest, lowest
    for i in range(size):
        code = np.int64(column[np.uint64(rows[i])])
        codes[i] = code
        lowest, highest = min(lowest, code), max(highest, code)
    best, low, high = -np.inf, np.int64(0), np.int64(0)
    if lowest == highest:
        return best, low, high, False
    _put_in_order(codes, lowest, highest, counts, order)
    left[:] = 0.0
    w_left = square_left = square_right = 0.0
    for k in range(1, total.size):
        square_right += total[k] * total[k]
    last = lowest
    for place in range(size):
        item = np.uint64(order[place])
        code = codes[item]
        if code != last:
            if place >= min_leaf and size - place >= min_leaf and table[code] > table[last] + GAP:
                worth = _merit(left, total, square_left, square_right, w_left, entropy)
                if worth > best:
                    best, low, high = worth, last, code
            last = code
        of_class = np.uint64(1 + label[item])
        some, part = amount[item], left[of_class]
        rest = total[of_class] - part
        square_left += some * (part + part + some)
        square_right -= some * (rest + rest - some)
        left[of_class] = part + some
        w_left += weight[item]
    return best, low, high, True


@device
def _mixed(state: Any) -> Any:
    """The next number of SplitMix64 (G. Steele et al., 2014)."""
    z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@device
def _one_block(
    block: Any,
    codes: Any,
    values: Any,
    base: Any,
    distinct: Any,
    rows: Any,
    label: Any,
    weight: Any,
    amount: Any,
    tasks: Any,
    node: Any,
    first_feature: Any,
    last_feature: Any,
    start: Any,
    stop: Any,
    total: Any,
    key: Any,
    draw: Any,
    min_leaf: Any,
    entropy: Any,
    merit: Any,
    feature: Any,
    low: Any,
    high: Any,
) -> None:
    features = codes.shape[0]
    counts = np.zeros(FEW_VALUES, np.int64)
    sums = np.zeros((FEW_VALUES, total.shape[1]))
    left = np.zeros(total.shape[1])
    most = 0
    for place in range(block, tasks.size, BLOCKS):
        if tasks[place] >= 0:
            most = max(most, stop[node[tasks[place]]] - start[node[tasks[place]]])
    code_of, order_of = np.empty(most, np.int64), np.empty(most, np.int64)
    drawn = np.arange(features)
    for place in range(block, tasks.size, BLOCKS):
        task = tasks[place]
        if task < 0:
            continue
        n = node[task]
        begin, end = start[n], stop[n]
        best, best_feature, best_low, best_high = -np.inf, -1, 0, 0
        state = key[n]
        varied = False
        if draw:
            for f in range(features):
                drawn[f] = f
        for step in range(first_feature[task], last_feature[task]):
            f = step
            if draw:
                if step >= draw and varied:
                    break
                state += np.uint64(0x9E3779B97F4A7C15)
                chosen = step + np.int64(_mixed(state) % np.uint64(features - step))
                f = drawn[chosen]
                drawn[chosen] = drawn[step]
                drawn[step] = f
            if distinct[f] < 2:
                continue
            table = values[base[f] : base[f] + distinct[f]]
            if distinct[f] <= FEW_VALUES and end - begin >= LARGE_NODE:
                worth, a, b, several = _by_histogram(
                    codes[f],
                    table,
                    rows[begin:end],
                    label[begin:end],
                    weight[begin:end],
                    amount[begin:end],
                    total[n],
                    min_leaf,
                    entropy,
                    counts,
                    sums,
                    left,
                )
            else:
                worth, a, b, several = _by_order(
                    codes[f],
                    table,
                    rows[begin:end],
                    label[begin:end],
                    weight[begin:end],
                    amount[begin:end],
                    total[n],
                    min_leaf,
                    entropy,
                    counts,
                    code_of[: end - begin],
                    order_of[: end - begin],
                    left,
                )
            varied = varied or several
            if worth > best:
                best, best_feature, best_low, best_high = worth, f, a, b
        merit[task], feature[task], low[task], high[task] = best, best_feature, best_low, best_high


@kernel
def best_splits(
    codes: Any,
    values: Any,
    base: Any,
    distinct: Any,
    rows: Any,
    label: Any,
    weight: Any,
    amount: Any,
    tasks: Any,
    node: Any,
    first_feature: Any,
    last_feature: Any,
    start: Any,
    stop: Any,
    total: Any,
    key: Any,
    draw: Any,
    min_leaf: Any,
    entropy: Any,
    merit: Any,
    feature: Any,
    low: Any,
    high: Any,
) -> None:
    """For each of `tasks` (-1: none), the best split of its node over the features first_feature to
    last_feature.

    With `draw` above 0, that many features are drawn instead, by the node's `key`; more only while all that
    were drawn are constant. Of equal splits the first is kept. merit = -inf where there is none.
    """
    for block in prange(BLOCKS):
        _one_block(
            block,
            codes,
            values,
            base,
            distinct,
            rows,
            label,
            weight,
            amount,
            tasks,
            node,
            first_feature,
            last_feature,
            start,
            stop,
            total,
            key,
            draw,
            min_leaf,
            entropy,
            merit,
            feature,
            low,
            high,
        )


@kernel
def divide(
    codes: Any,
    rows: Any,
    label: Any,
    weight: Any,
    amount: Any,
    start: Any,
    stop: Any,
    feature: Any,
    low: Any,
    rows_out: Any,
    label_out: Any,
    weight_out: Any,
    amount_out: Any,
    middle: Any,
    left: Any,
    right: Any,
    square_left: Any,
    square_right: Any,
) -> None:
    """The samples of each node with codes up to `low` first, then the others, both in the order they had.

    `left` and `right` take the sums, `square_left` and `square_right` Σ weight · target².
    """
    for n in prange(start.size):
        column = codes[feature[n]]
        to = start[n]
        for side in range(2):
            square = 0.0
            sums = left[n] if side == 0 else right[n]
            sums[:] = 0.0
            for i in range(start[n], stop[n]):
                if (column[rows[i]] <= low[n]) == (side == 0):
                    rows_out[to], label_out[to] = rows[i], label[i]
                    weight_out[to], amount_out[to] = weight[i], amount[i]
                    sums[0] += weight[i]
                    sums[1 + label[i]] += amount[i]
                    square += amount[i] * amount[i] / weight[i]
                    to += 1
            if side == 0:
                middle[n] = to
                square_left[n] = square
            else:
                square_right[n] = square
