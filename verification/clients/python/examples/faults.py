"""Faults planted in the TinT step, one at a time: is each caught, at the right step, and by the right name?

    PYTHONPATH=. TINT=tint python3 examples/faults.py CASES        # a set made by: tint cases new --suite models --family gpt2
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any, Callable

import numpy as np
from broken import AttentionSeesNext, MeanGradient, TransposedProjection
from tint_step import Linear, TintStep

from tint_oracle import CaseError, CaseSet, judge

CASE = "TinT.gpt2.one_step"


def _with(**methods: Callable[..., Any]) -> type[TintStep]:
    return type("Faulty", (TintStep,), methods)


def _descent(change: Callable[..., Linear]) -> type[TintStep]:
    return _with(linear_descent=lambda self, layer, g, x, mask, copies=1: change(self, layer, g * mask[:, None], x, copies))


def _exchanged(self: TintStep, layer: Linear, g: Any, x: Any, copies: int) -> Linear:
    step = g.T @ x
    step = step.T if step.shape[0] == step.shape[1] else step
    return Linear(self.rho * (layer.weight - self.eta * step), self.rho * (layer.bias - copies * self.eta * g.sum(axis=0)))


def _norm_of_neighbour(self: TintStep) -> Any:
    tokens, positions, layers, final = TintStep.load(self)
    layers[1]["mlp.norm"] = layers[1]["attention.norm"]
    return tokens, positions, layers, final


def _chunks_once(self: TintStep, *arguments: Any) -> None:
    TintStep.__init__(self, *arguments)
    self.chunks = 1


def _no_gates(self: TintStep, *arguments: Any) -> None:
    TintStep.__init__(self, *arguments)
    self.rho = self.dtype.type(1)


def _eta_twice(self: TintStep, *arguments: Any) -> None:
    TintStep.__init__(self, *arguments)
    self.eta = self.eta * 2


def _mask_not_shifted(self: TintStep, y: Any, logits: Any, ids: Any, mask: Any, gradient_mask: Any) -> Any:
    everything = TintStep.loss_gradient(self, y, logits, ids, np.ones_like(mask), gradient_mask)
    return everything * mask[:, None]


def _last_masked(self: TintStep, *arguments: Any) -> Any:
    gradient = TintStep.loss_gradient(self, *arguments).copy()
    gradient[-1] = 0
    return gradient


def _target_not_shifted(self: TintStep, y: Any, logits: Any, ids: Any, mask: Any, gradient_mask: Any) -> Any:
    kept, target = np.append(mask[1:], 1.0), np.zeros_like(y)
    target[:-1] = self.tokens[np.asarray(ids)[1:]]
    return TintStep.loss_gradient(self, y, logits, ids, mask, gradient_mask) + (target - self.tokens[np.asarray(ids)]) * kept[:, None]


def _sigma_prime(self: TintStep, z: Any, g: Any) -> Any:
    c = math.sqrt(2 / math.pi)
    t = np.tanh(c * (z + 0.044715 * z**3))
    return g * (0.5 * (1 + t) + 0.5 * z * (1 - t * t) * c * (1 + 3 * 0.044715 * z * z))


def _unbiased(self: TintStep, x: Any) -> Any:
    c = x - x.mean(axis=-1, keepdims=True)
    return self.rho * c / np.sqrt(self.epsilon + self.rho * c.var(axis=-1, ddof=1, keepdims=True)) + (1 - self.rho) * x


def _epsilon_outside(self: TintStep, x: Any) -> Any:
    c = x - x.mean(axis=-1, keepdims=True)
    return self.rho * c / (np.sqrt(self.rho * c.var(axis=-1, keepdims=True)) + self.epsilon) + (1 - self.rho) * x


def _gamma_after(self: TintStep, layer: Any, g: Any, x: Any, z: Any) -> Any:
    s = self.normalise(self.rho * (g / self.scale + self.rho * x))
    return (self.rho * (self.rho * self.scale * (s - self.rho * z))) @ layer.weight


def _untransposed(self: TintStep, q: Any, k: Any, g: Any, mask: Any) -> Any:
    kept = (mask[:, None] + np.eye(len(mask)) > 0).astype(self.dtype)
    return self.rho * self.mix(self.attention_weights(q, k) * kept, g)


def _heads_reversed(self: TintStep, weights: Any, v: Any) -> Any:
    size = self.width // self.heads
    return TintStep.mix(self, weights, v).reshape(len(v), self.heads, size)[:, ::-1].reshape(len(v), self.width)


def _single_inner(self: TintStep, layer: Linear, x: Any) -> Any:
    y = TintStep.linear(self, layer, x)
    return y.astype(np.float32).astype(np.float64) if y.shape[-1] > self.width else y


class _BackwardAfterDescent(TintStep):
    def linear_descent(self, layer: Linear, *rest: Any) -> Linear:
        self.last = super().linear_descent(layer, *rest)
        return self.last

    def linear_backward(self, layer: Linear, g: Any) -> Any:
        return super().linear_backward(self.last if self.last.weight.shape == layer.weight.shape else layer, g)


# What is planted; the steps at which it may first show; the names that are right for it.
FAULTS: dict[str, tuple[type[TintStep], tuple[str, ...], tuple[str, ...]]] = {
    "projection's backward transposed": (TransposedProjection, ("backward0.layer1.attention.output",), ("linear.backward-untransposed",)),
    "mean instead of sum": (MeanGradient, ("updated0.layer1.mlp.outer.weight",), ("linear.gradient-averaged",)),
    "attention sees the next token": (AttentionSeesNext, ("forward0.layer0.attention.heads",), ("attention.sees-next",)),
    "update added": (_descent(lambda s, layer, g, x, n: Linear(s.rho * (layer.weight + s.eta * (g.T @ x)), s.rho * (layer.bias + n * s.eta * g.sum(axis=0)))),
                     ("updated0.layer1.mlp.outer.weight",), ("linear.update-sign",)),
    "update transposed": (_descent(_exchanged), ("updated0.layer1.attention.output.weight",), ("residual.transposed", "linear.update-transposed")),
    "train mask ignored": (_with(linear_descent=lambda s, layer, g, x, mask, copies=1: TintStep.linear_descent(s, layer, g, x, np.ones_like(mask), copies)),
                           ("updated0.layer1.mlp.outer.weight",), ("linear.mask-ignored",)),
    "learning rate twice": (_with(__init__=_eta_twice), ("updated0.final_norm.bias",), ("option.learning-rate", "residual.factor")),
    "scores over the root of the width": (_with(attention_weights=lambda s, q, k: TintStep.attention_weights(s, q / np.sqrt(s.heads), k)),
                                          ("forward0.layer0.attention.heads",), ("attention.scaled-by-width",)),
    "backward's train mask ignored": (_with(attention_backward=lambda s, q, k, g, mask: TintStep.attention_backward(s, q, k, g, np.ones_like(mask))),
                                      ("backward0.layer1.attention.heads",), ("attention.backward-mask-ignored",)),
    "backward's attention not transposed": (_with(attention_backward=_untransposed), ("backward0.layer1.attention.heads",), ("attention.backward-untransposed",)),
    "heads in reverse": (_with(mix=_heads_reversed), ("forward0.layer0.attention.heads",), ("attention.heads-swapped",)),
    "norm of its neighbour": (_with(load=_norm_of_neighbour), ("forward0.layer1.mlp.norm",), ("norm.weights-of-another",)),
    "sample variance": (_with(normalise=_unbiased), ("forward0.layer0.attention.norm",), ("norm.bessel",)),
    "eps outside the root": (_with(normalise=_epsilon_outside), ("forward0.layer0.attention.norm",), ("norm.epsilon-outside-root",)),
    "gamma after the difference": (_with(layer_norm_backward=_gamma_after), ("backward0.final_norm",), ("norm.gamma-after",)),
    "output bias learnt once": (_with(__init__=_chunks_once), ("updated0.layer1.mlp.outer.bias",), ("block.mlp-bias-learnt-once",)),
    "residual missing": (_with(residual=lambda s, x, added: added), ("forward0.layer0.residual",), ("block.residual-missing",)),
    "residual's gradient missing": (_with(residual_gradient=lambda s, passed, g: passed), ("backward0.layer1.residual",), ("block.residual-gradient-missing",)),
    "backward after descent": (_BackwardAfterDescent, ("backward0.layer1.mlp.outer",), ("block.backward-after-descent",)),
    "loss averaged": (_with(loss_gradient=lambda s, y, *rest: TintStep.loss_gradient(s, y, *rest) / len(y)), ("backward0.loss_gradient",), ("loss.averaged",)),
    "target not shifted": (_with(loss_gradient=_target_not_shifted), ("backward0.loss_gradient",), ("loss.target-not-shifted",)),
    "mask not shifted": (_with(loss_gradient=_mask_not_shifted), ("backward0.loss_gradient",), ("loss.mask-not-shifted",)),
    "last position masked": (_with(loss_gradient=_last_masked), ("backward0.loss_gradient",), ("loss.last-position-flipped", "departure.V4")),
    "erf gelu": (_with(activation=lambda s, z: 0.5 * z * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))), ("forward0.layer0.mlp.activation",),
                 ("activation.other-gelu", "option.activation")),
    "exact derivative of the activation": (_with(activation_backward=_sigma_prime), ("backward0.layer1.mlp.activation",), ("exact",)),
    "N forgotten": (_with(activation_backward=lambda s, z, g: s.activation(z + g / s.scale) - s.activation(z)), ("backward0.layer1.mlp.activation",),
                    ("activation.scale-forgotten",)),
    "gates of 1": (_with(__init__=_no_gates), ("forward0.layer0.attention.norm",), ("departure.V3",)),
    "positions off by one": (_with(embed=lambda s, ids: s.tokens[np.asarray(ids)] + s.positions[1 : len(ids) + 1]), ("embedding",), ("model.position-off-by-one",)),
    "inner layer in single precision": (_with(linear=_single_inner), ("forward0.layer0.mlp.inner",), ("linear.single-precision",)),
}


def main() -> None:
    """Prints a line a fault and the counts."""
    parser = argparse.ArgumentParser(description="Plants faults in the TinT step, one at a time, and counts what the oracle says of them.")
    parser.add_argument("cases", type=Path)
    parser.add_argument("--no-trace", action="store_true", help="results only, no intermediates")
    options = parser.parse_args()
    try:
        cases = CaseSet(options.cases)
        case = cases[CASE]
    except CaseError as error:
        parser.error(str(error))
    caught = placed = named = 0
    for fault, (variant, steps, names) in FAULTS.items():
        verdict = judge(case, variant(case).answers(with_trace=not options.no_trace), cases.directory)
        is_placed, is_named = verdict.first in steps, bool(set(verdict.looks_like[:2]) & set(names))
        caught, placed, named = caught + (not verdict.agrees), placed + is_placed, named + is_named
        print(f"| {fault} | {'caught' if not verdict.agrees else 'MISSED'} | {verdict.first} | {', '.join(verdict.looks_like[:2]) or 'nothing'}{'' if is_named else ' (another name)'} |")
    print(f"{len(FAULTS)} faults: {caught} caught, {placed} at the right step, {named} by the right name")


if __name__ == "__main__":
    main()
