"""Histograms of gradients, and the search for the split that lowers the loss most.

A bin holds the sums (gradient, curvature, samples) of its samples. With G and H the sums of a side,

    gain = G_L² / (H_L + λ) + G_R² / (H_R + λ) - G² / (H + λ)

(T. Chen, C. Guestrin, XGBoost, 2016, equation 7; half of it there). The last bin of every feature is that of
missing values, which may go to either side.
"""

from typing import Any

import numpy as np

from tuilab.kernels.jit import device, kernel, prange

FEATURES = 16  # features a task


@device
def _fill(codes: Any, first: Any, last: Any, rows: Any, gradient: Any, curvature: Any, sums: Any) -> None:
    """Sum up the samples `rows`, two features at a time, so that neither waits for the other's sums."""
    sums[first:last] = 0.0
    pairs = (last - first) // 2
    for pair in range(pairs):
        f = first + 2 * pair
        column, other = codes[f], codes[f + 1]
        a, b = sums[f], sums[f + 1]
        for i in range(rows.size):
            row = rows[i]
            g, h = gradient[i], curvature[i]
            c, d = np.int64(column[row]), np.int64(other[row])
            a[c, 0] += g
            a[c, 1] += h
            a[c, 2] += 1.0
            b[d, 0] += g
            b[d, 1] += h
            b[d, 2] += 1.0
    if 2 * pairs < last - first:
        column, a = codes[last - 1], sums[last - 1]
        for i in range(rows.size):
            c = np.int64(column[rows[i]])
            a[c, 0] += gradient[i]
            a[c, 1] += curvature[i]
            a[c, 2] += 1.0


@device
def _best_of_feature(
    sums: Any, bins: Any, total: Any, penalty: Any, least_samples: Any, least_curvature: Any
) -> Any:
    """(gain, last bin to the left, whether missing values go left) of the best split of one feature."""
    missing = sums.shape[0] - 1
    best, best_bin, best_left = 0.0, 0, False
    whole = total[0] * total[0] / (total[1] + penalty)
    for way in range(2):
        if way == 1 and sums[missing, 2] == 0.0:
            break
        g = h = n = 0.0
        if way == 1:
            g, h, n = sums[missing, 0], sums[missing, 1], sums[missing, 2]
        # With missing values at the right, all known values may stand against them.
        for code in range(bins if way == 0 else bins - 1):
            if sums[code, 2] == 0.0:
                continue
            g += sums[code, 0]
            h += sums[code, 1]
            n += sums[code, 2]
            rest, h_rest = total[2] - n, total[1] - h
            if n < least_samples or h < least_curvature:
                continue
            if rest < least_samples or h_rest < least_curvature or rest <= 0.0:
                break
            g_rest = total[0] - g
            gain = g * g / (h + penalty) + g_rest * g_rest / (h_rest + penalty) - whole
            if gain > best:
                best, best_bin, best_left = gain, code, way == 1
    return best, best_bin, best_left


@kernel
def search(
    codes: Any,
    bins: Any,
    rows: Any,
    gradient: Any,
    curvature: Any,
    parent: Any,
    filled: Any,
    totals: Any,
    penalty: Any,
    least_samples: Any,
    least_curvature: Any,
    gain: Any,
    split: Any,
    missing_left: Any,
) -> None:
    """Fill the histogram `filled` from `rows`, take it from `parent` (which becomes the sibling's), and find
    the best split by each feature: row 0 of the answers for `filled`, row 1 for the sibling.

    Without a sibling (the root), `parent` has no features and `totals` one row.
    """
    features = codes.shape[0]
    for task in prange((features + FEATURES - 1) // FEATURES):
        first, last = task * FEATURES, min(features, (task + 1) * FEATURES)
        _fill(codes, first, last, rows, gradient, curvature, filled)
        for f in range(first, last):
            gain[0, f], split[0, f], missing_left[0, f] = _best_of_feature(
                filled[f], bins[f], totals[0], penalty, least_samples, least_curvature
            )
            if totals.shape[0] == 2:
                below, of_all = filled[f], parent[f]
                for code in range(below.shape[0]):
                    for k in range(3):
                        of_all[code, k] -= below[code, k]
                gain[1, f], split[1, f], missing_left[1, f] = _best_of_feature(
                    of_all, bins[f], totals[1], penalty, least_samples, least_curvature
                )


@kernel
def separate(
    column: Any, split: Any, missing: Any, missing_left: Any, rows: Any, counts: Any, buffer: Any
) -> None:
    """The rows that go left, then those that go right, each in the order they had.

    `counts` has an entry a block: how many of the block's rows go left, then where they go.
    """
    blocks = counts.size
    size = (rows.size + blocks - 1) // blocks
    for block in prange(blocks):
        here = 0
        for i in range(block * size, min(rows.size, (block + 1) * size)):
            code = column[rows[i]]
            here += np.int64(code <= split or (missing_left and code == missing))
        counts[block] = here
    for block in prange(blocks):
        left = np.int64(0)
        for earlier in range(block):
            left += counts[earlier]
        right = counts.sum() + min(block * size, rows.size) - left
        for i in range(block * size, min(rows.size, (block + 1) * size)):
            code = column[rows[i]]
            if code <= split or (missing_left and code == missing):
                buffer[left] = rows[i]
                left += 1
            else:
                buffer[right] = rows[i]
                right += 1


@kernel
def bin_columns(x: Any, thresholds: Any, bins: Any, missing: Any, codes: Any) -> None:
    """codes[f, i] = how many thresholds of feature f are below x[i, f], or `missing` for NaN."""
    for f in prange(codes.shape[0]):
        edges = thresholds[f, : bins[f] - 1]
        for i in range(x.shape[0]):
            value = np.float64(x[i, f])
            codes[f, i] = missing if np.isnan(value) else np.searchsorted(edges, value)


@kernel
def walk(
    x: Any,
    feature: Any,
    threshold: Any,
    missing_left: Any,
    left: Any,
    right: Any,
    value: Any,
    roots: Any,
    outputs: Any,
    out: Any,
) -> None:
    """out[i, tree % outputs] += the value of the leaf of each tree where sample i ends."""
    n = x.shape[0]
    for block in prange((n + 63) // 64):
        for tree in range(roots.size):
            for i in range(block * 64, min(n, (block + 1) * 64)):
                node = roots[tree]
                while left[node] >= 0:
                    here = np.float64(x[i, feature[node]])
                    to_left = missing_left[node] if np.isnan(here) else here <= threshold[node]
                    node = left[node] if to_left else right[node]
                out[i, tree % outputs] += value[node]
