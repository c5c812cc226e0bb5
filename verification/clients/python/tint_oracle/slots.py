"""Slots and matrices: what lies where in a TinT's hidden states.

Prefix j holds rows j*n ... (j+1)*n - 1 of W, flattened, then the whole bias, then zeros; tokens hold their signal in coordinates 0 ... D - 1 and the
memory of the backward pass further up.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.floating]


def stack(weight: Matrix, bias: Matrix, prefixes: int, hidden_size: int) -> Matrix:
    """A layer [D x D] and its bias [D] as prefixes, [K x D_sim]."""
    out, width = weight.shape
    if out % prefixes:
        raise ValueError(f"the rows must be shared evenly among prefixes; got {out} rows for {prefixes}")
    rows = out // prefixes
    if (rows + 1) * width > hidden_size:
        raise ValueError(f"{rows} rows and a bias of width {width} must fit into {hidden_size} coordinates")
    states = np.zeros((prefixes, hidden_size), dtype=weight.dtype)
    states[:, : rows * width] = weight.reshape(prefixes, rows * width)
    states[:, rows * width : (rows + 1) * width] = bias
    return states


def unstack(states: Matrix, width: int) -> tuple[Matrix, Matrix]:
    """The layer that prefixes [K x D_sim] hold; the bias is that of prefix 0, as the other copies go stale."""
    prefixes, hidden_size = states.shape
    rows = hidden_size // width - 1
    return states[:, : rows * width].reshape(prefixes * rows, width), states[0, rows * width : (rows + 1) * width]


def signal(states: Matrix, prefixes: int, width: int) -> Matrix:
    """The signal of the tokens, [... x T x D], of hidden states [... x (K + T) x D_sim]."""
    return states[..., prefixes:, :width]


def memory(states: Matrix, prefixes: int, width: int, index: int, slot: int = 0) -> Matrix:
    """Memory slot number `slot` of the tokens, where memory begins at coordinate `index`."""
    begin = index + slot * width
    return states[..., prefixes:, begin : begin + width]
