"""Three variants of the TinT step with one mistake each, as they happen: what the oracle must catch, place and name.

    PYTHONPATH=. python3 examples/broken.py CASES ANSWERS --variant mean
"""

from __future__ import annotations

import numpy as np
from tint_step import Layer, Linear, Matrix, TintStep, main


class TransposedProjection(TintStep):
    """The backward pass of attention's output projection reads W where W^T belongs."""

    def block_backward(self, step: int, index: int, layer: Layer, g: Matrix, m: dict[str, Matrix], mask: Matrix) -> tuple[Matrix, Layer]:
        self.projection = layer["attention.output"]
        return super().block_backward(step, index, layer, g, m, mask)

    def linear_backward(self, layer: Linear, g: Matrix) -> Matrix:
        if layer is self.projection:
            return self.rho * (g @ layer.weight.T)
        return super().linear_backward(layer, g)


class MeanGradient(TintStep):
    """The descent divides the summed gradients by the number of trained tokens, as a training loop does by default."""

    def linear_descent(self, layer: Linear, g: Matrix, x: Matrix, mask: Matrix, copies: int = 1) -> Linear:
        return super().linear_descent(layer, g / mask.sum(), x, mask, copies)


class AttentionSeesNext(TintStep):
    """The diagonal of the causal mask is off by one."""

    def attention_weights(self, q: Matrix, k: Matrix) -> Matrix:
        size = self.width // self.heads
        split = [m.reshape(len(m), self.heads, size).transpose(1, 0, 2) for m in (q, k)]
        scores = split[0] @ split[1].transpose(0, 2, 1) / np.sqrt(self.dtype.type(size))
        allowed = np.tril(np.ones((len(q), len(q)), dtype=bool), 1)
        if self.icl is not None:
            allowed &= self.icl != 0
        weights = np.exp(np.where(allowed, scores, -np.inf) - scores.max(axis=-1, keepdims=True))
        return weights / weights.sum(axis=-1, keepdims=True)


VARIANTS: dict[str, type[TintStep]] = {
    "transposed": TransposedProjection,
    "mean": MeanGradient,
    "sees_next": AttentionSeesNext,
}

if __name__ == "__main__":
    main(VARIANTS)
