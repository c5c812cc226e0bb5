"""A whole TinT step in NumPy: forward, loss gradient, backward and descent, forward again; with every named intermediate.

Written from the formulas in the auxiliary model's own shapes, without prefixes: a signal is [T x D], a weight [out x in]. A gate leaves rho = tanh G
of what it lets through, which is why rho stands where the textbook has nothing.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tint_oracle import Case, CaseError, CaseSet, write_answers

Matrix = npt.NDArray[np.floating]


@dataclass
class Linear:
    """W [out x in] and b [out]."""

    weight: Matrix
    bias: Matrix


@dataclass
class Norm:
    """gamma as a matrix, diagonal at first, and beta."""

    weight: Matrix
    bias: Matrix


Layer = dict[str, "Linear | Norm"]


class TintStep:
    """One sequence's passes. Each module is a method, so that a variant can do one of them otherwise."""

    def __init__(self, case: Case, dtype: npt.DTypeLike = np.float64) -> None:
        self.config = case.config
        self.dtype = np.dtype(dtype)
        self.inputs = {name: value.astype(dtype) if value.dtype.kind == "f" else value for name, value in case.inputs.items()}
        self.rho = self.dtype.type(case.rho)
        self.published = case.config.get("departures") != "paper"
        self.eta = self.dtype.type(self.config["inner_lr"])
        self.scale = self.dtype.type(self.config["finite_difference_scale"])
        self.epsilon = self.dtype.type(self.config["layer_norm_epsilon"])
        self.width = int(self.config["aux_hidden_size"])
        self.heads = int(self.config["aux_num_heads"])
        self.chunks = 4
        self.icl: Matrix | None = None
        self.trace: dict[str, list[Matrix]] = {}
        self.tokens, self.positions, self.layers, self.final = self.load()

    # Parameters: GPT-2 fuses query, key and value and keeps weights [in x out]; OPT's position table has two rows in front.

    def load(self) -> tuple[Matrix, Matrix, list[Layer], Norm]:
        """The auxiliary model under its own names."""
        t, layers = self.inputs, []
        count = int(self.config["aux_num_layers"])
        if self.config["family"] == "gpt2":
            for index in range(count):
                at = f"aux.transformer.h.{index}."
                fused, bias = np.split(t[at + "attn.c_attn.weight"].T, 3), np.split(t[at + "attn.c_attn.bias"], 3)
                layers.append({
                    "attention.norm": self.norm(at + "ln_1"), "mlp.norm": self.norm(at + "ln_2"),
                    "attention.query": Linear(fused[0], bias[0]), "attention.key": Linear(fused[1], bias[1]),
                    "attention.value": Linear(fused[2], bias[2]),
                    "attention.output": self.conv(at + "attn.c_proj"), "mlp.inner": self.conv(at + "mlp.c_fc"), "mlp.outer": self.conv(at + "mlp.c_proj"),
                })
            return t["aux.transformer.wte.weight"], t["aux.transformer.wpe.weight"], layers, self.norm("aux.transformer.ln_f")
        for index in range(count):
            at = f"aux.model.decoder.layers.{index}."
            layers.append({
                "attention.norm": self.norm(at + "self_attn_layer_norm"), "mlp.norm": self.norm(at + "final_layer_norm"),
                "attention.query": self.linear_of(at + "self_attn.q_proj"), "attention.key": self.linear_of(at + "self_attn.k_proj"),
                "attention.value": self.linear_of(at + "self_attn.v_proj"), "attention.output": self.linear_of(at + "self_attn.out_proj"),
                "mlp.inner": self.linear_of(at + "fc1"), "mlp.outer": self.linear_of(at + "fc2"),
            })
        at = "aux.model.decoder."
        return t[at + "embed_tokens.weight"], t[at + "embed_positions.weight"][2:], layers, self.norm(at + "final_layer_norm")

    def norm(self, name: str) -> Norm:
        return Norm(np.diag(self.inputs[name + ".weight"]), self.inputs[name + ".bias"])

    def conv(self, name: str) -> Linear:
        return Linear(self.inputs[name + ".weight"].T, self.inputs[name + ".bias"])

    def linear_of(self, name: str) -> Linear:
        return Linear(self.inputs[name + ".weight"], self.inputs[name + ".bias"])

    # Modules.

    def activation(self, z: Matrix) -> Matrix:
        kind = self.config["activation"]
        if kind == "relu":
            return np.maximum(z, 0)
        if kind == "gelu":
            return (0.5 * z * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))).astype(self.dtype)
        return (0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))).astype(self.dtype)

    def normalise(self, x: Matrix) -> Matrix:
        """S(x) = rho (x - mu)/sqrt(eps + rho var) + (1 - rho) x."""
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt(self.epsilon + self.rho * (centred**2).mean(axis=-1, keepdims=True))
        return self.rho * centred / deviation + (1 - self.rho) * x

    def linear(self, layer: Linear, x: Matrix) -> Matrix:
        return self.rho * (x @ layer.weight.T + layer.bias)

    def linear_backward(self, layer: Linear, g: Matrix) -> Matrix:
        return self.rho * (g @ layer.weight)

    def linear_descent(self, layer: Linear, g: Matrix, x: Matrix, mask: Matrix, copies: int = 1) -> Linear:
        """W - eta sum m g x^T and b - eta sum m g, with x as the memory has it."""
        g = g * mask[:, None]
        return Linear(self.rho * (layer.weight - self.eta * (g.T @ x)), self.rho * (layer.bias - copies * self.eta * g.sum(axis=0)))

    def layer_norm(self, layer: Norm, x: Matrix) -> tuple[Matrix, Matrix]:
        z = self.normalise(x)
        return self.rho**3 * (z @ layer.weight.T) + self.rho**2 * layer.bias, self.rho**2 * z

    def layer_norm_backward(self, layer: Norm, g: Matrix, x: Matrix, z: Matrix) -> Matrix:
        u = self.rho * (g @ layer.weight)
        s = self.normalise(self.rho * (u / self.scale + self.rho * x) + (1 - self.rho) * u)
        return self.rho * (self.rho * (self.scale * (s - self.rho * z)) + (1 - self.rho) * s)

    def layer_norm_descent(self, layer: Norm, g: Matrix, z: Matrix, mask: Matrix) -> Norm:
        g = g * mask[:, None]
        weight = layer.weight
        if not self.config["layer_norm_bias_only"]:
            step = g.T @ z
            weight = weight - self.eta * (step if self.published else np.diag(np.diag(step)))
        return Norm(self.rho * weight, self.rho * (layer.bias - self.eta * g.sum(axis=0)))

    def attention_weights(self, q: Matrix, k: Matrix) -> Matrix:
        """a [H x T x T]: softmax over the keys that a query may see."""
        size = self.width // self.heads
        split = [m.reshape(len(m), self.heads, size).transpose(1, 0, 2) for m in (q, k)]
        scores = split[0] @ split[1].transpose(0, 2, 1) / np.sqrt(self.dtype.type(size))
        allowed = np.tril(np.ones((len(q), len(q)), dtype=bool))
        if self.icl is not None:
            allowed &= self.icl != 0
        scores = np.where(allowed, scores, -np.inf)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return weights / weights.sum(axis=-1, keepdims=True)

    def mix(self, weights: Matrix, v: Matrix) -> Matrix:
        size = self.width // self.heads
        heads = weights @ v.reshape(len(v), self.heads, size).transpose(1, 0, 2)
        return heads.transpose(1, 0, 2).reshape(len(v), self.width)

    def attention(self, layer: Layer, x: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        q, k, v = (self.linear(layer[f"attention.{name}"], x) for name in ("query", "key", "value"))
        return self.rho * self.mix(self.attention_weights(q, k), v), self.rho * q, self.rho * k

    def attention_backward(self, q: Matrix, k: Matrix, g: Matrix, mask: Matrix) -> Matrix:
        """g_v[i] = sum_j a_ji g_j over j = i and trained j: the score path is dropped."""
        weights = self.attention_weights(q, k)
        kept = (mask[:, None] + np.eye(len(mask)) > 0).astype(self.dtype)
        return self.rho * self.mix((weights * kept).transpose(0, 2, 1), g)

    def activation_backward(self, z: Matrix, g: Matrix) -> Matrix:
        return self.scale * (self.activation(z + g / self.scale) - self.activation(z))

    def loss_gradient(self, y: Matrix, logits: Matrix, ids: Sequence[int], mask: Matrix, gradient_mask: Matrix | None) -> Matrix:
        embedding, kind = self.tokens, self.config["loss"]
        if kind == "cross_entropy":
            soft = np.exp(logits - logits.max(axis=-1, keepdims=True))
            given = soft / soft.sum(axis=-1, keepdims=True) @ embedding
        elif kind == "quad":
            given = logits @ embedding
        else:
            given = np.broadcast_to(embedding.mean(axis=0), y.shape)
        target = np.zeros_like(y)
        target[:-1] = embedding[np.asarray(ids)[1:]]
        kept = np.append(mask[1:], self.dtype.type(1 if self.published else 0))
        if gradient_mask is not None:
            kept = kept * np.append(gradient_mask[1:], self.dtype.type(1))
        return (given - target) * kept[:, None]

    # Blocks and passes.

    def put(self, name: str, value: Matrix) -> Matrix:
        self.trace.setdefault(name, []).append(np.array(value))
        return value

    def residual(self, x: Matrix, added: Matrix) -> Matrix:
        return x + added

    def residual_gradient(self, passed: Matrix, g: Matrix) -> Matrix:
        return passed + g

    def block(self, at: str, layer: Layer, x: Matrix) -> tuple[Matrix, dict[str, Matrix]]:
        m: dict[str, Matrix] = {"x": x}
        n, m["z1"] = self.layer_norm(layer["attention.norm"], x)
        self.put(at + "attention.norm", n)
        m["x1"] = self.rho * n
        heads, m["q"], m["k"] = self.attention(layer, n)
        self.put(at + "attention.query", m["q"])
        self.put(at + "attention.key", m["k"])
        self.put(at + "attention.heads", heads)
        m["o"] = self.rho * heads
        h = self.put(at + "residual", self.residual(x, self.put(at + "attention.output", self.linear(layer["attention.output"], heads))))
        m["h"] = h
        n, m["z2"] = self.layer_norm(layer["mlp.norm"], h)
        self.put(at + "mlp.norm", n)
        m["x2"] = self.rho * n
        inner = self.put(at + "mlp.inner", self.linear(layer["mlp.inner"], n))
        m["inner"] = self.rho * inner
        active = self.put(at + "mlp.activation", self.rho * self.activation(inner))
        m["active"] = self.rho * active
        return self.put(at + "output", self.residual(h, self.put(at + "mlp.outer", self.linear(layer["mlp.outer"], active)))), m

    def block_backward(self, step: int, index: int, layer: Layer, g: Matrix, m: dict[str, Matrix], mask: Matrix) -> tuple[Matrix, Layer]:
        at, updated = f"backward{step}.layer{index}.", dict(layer)

        def descend(place: str, gradient: Matrix, memory: Matrix, copies: int = 1, factor: float = 1) -> None:
            own = layer[place]
            updated[place] = self.linear_descent(Linear(own.weight * factor, own.bias * factor), gradient, memory, mask, copies)

        descend("mlp.outer", g, m["active"], self.chunks if self.published else 1)
        d = self.put(at + "mlp.outer", self.linear_backward(layer["mlp.outer"], g))
        d = self.put(at + "mlp.activation", self.activation_backward(m["inner"], d))
        descend("mlp.inner", d, m["x2"])
        d = self.put(at + "mlp.inner", self.linear_backward(layer["mlp.inner"], d))
        updated["mlp.norm"] = self.layer_norm_descent(layer["mlp.norm"], d, m["z2"], mask)
        d = self.put(at + "mlp.norm", self.layer_norm_backward(layer["mlp.norm"], d, m["h"], m["z2"]))
        r = self.put(at + "residual", self.residual_gradient(d, g))
        descend("attention.output", r, m["o"])
        d = self.put(at + "attention.output", self.linear_backward(layer["attention.output"], r))
        gate = self.dtype.type(1)
        if self.config["backprop_through_attention"]:
            d = self.put(at + "attention.heads", self.attention_backward(m["q"], m["k"], d, mask))
            gate = self.rho
        descend("attention.value", d, gate * m["x1"], factor=gate)
        value = layer["attention.value"]
        d = self.put(at + "attention.value", self.linear_backward(Linear(gate * value.weight, value.bias), d))
        updated["attention.norm"] = self.layer_norm_descent(layer["attention.norm"], d, m["z1"], mask)
        d = self.put(at + "attention.norm", self.layer_norm_backward(layer["attention.norm"], d, m["x"], m["z1"]))
        for place in ("attention.norm", "attention.value", "attention.output", "mlp.norm", "mlp.inner", "mlp.outer"):
            self.put_updated(f"updated{step}.layer{index}.{place}", updated[place])
        return self.put(at + "input", self.residual_gradient(d, r)), updated

    def put_updated(self, name: str, layer: Linear | Norm) -> None:
        diagonal = isinstance(layer, Norm) and (self.config["layer_norm_bias_only"] or not self.published)
        self.put(name + ".weight", np.diag(layer.weight) if diagonal else layer.weight)
        self.put(name + ".bias", layer.bias)

    def run(self, sequence: int) -> tuple[Matrix, Matrix]:
        """The logits before and after training."""
        ids = self.inputs["input_ids"][sequence]
        mask = self.inputs["train_mask"][sequence].astype(self.dtype)
        gradient_mask = self.inputs["gradient_mask"][sequence] if "gradient_mask" in self.inputs else None
        self.icl = self.inputs["icl_mask"][sequence] if "icl_mask" in self.inputs else None
        count, trained = len(self.layers), int(self.config["num_trained_layers"])
        first, layers, final = count - trained, list(self.layers), self.final
        x = self.put("embedding", self.embed(ids))
        below, memories, original = x, {}, None
        for step in range(int(self.config["num_sgd_steps"]) + 1):
            x = below if step else x
            for index in range(first if step else 0, count):
                below = x if index == first and not step else below
                x, memories[index] = self.block(f"forward{step}.layer{index}.", layers[index], x)
            below = x if first == count and not step else below
            y, z = self.layer_norm(final, x)
            logits = self.put(f"forward{step}.logits", self.logits(self.put(f"forward{step}.final_norm", y)))
            original = logits if original is None else original
            if step == int(self.config["num_sgd_steps"]):
                return original, logits
            g = self.put(f"backward{step}.loss_gradient", self.loss_gradient(y, logits, ids, mask, gradient_mask))
            updated = self.layer_norm_descent(final, g, z, mask)
            g = self.put(f"backward{step}.final_norm", self.layer_norm_backward(final, g, x, z))
            final = updated
            self.put_updated(f"updated{step}.final_norm", final)
            for index in range(count - 1, first - 1, -1):
                g, layers[index] = self.block_backward(step, index, layers[index], g, memories[index], mask)
        raise AssertionError("unreachable")

    def embed(self, ids: Sequence[int]) -> Matrix:
        return self.tokens[np.asarray(ids)] + self.positions[: len(ids)]

    def logits(self, y: Matrix) -> Matrix:
        return y @ self.tokens.T

    def loss(self, logits: Sequence[Matrix]) -> float | None:
        """Mean cross-entropy of position t against label t + 1, over all labels of the batch that count."""
        if "labels" not in self.inputs:
            return None
        total, counted = 0.0, 0
        for values, labels in zip(logits, self.inputs["labels"]):
            for position, label in zip(values[:-1], labels[1:]):
                if label != -100:
                    largest = position.max()
                    total += float(np.log(np.exp(position - largest).sum()) + largest - position[label])
                    counted += 1
        return total / counted if counted else None

    def answers(self, with_trace: bool = True) -> dict[str, Matrix]:
        """All results by the case's names."""
        results = [self.run(sequence) for sequence in range(len(self.inputs["input_ids"]))]
        original, final = [r[0] for r in results], [r[1] for r in results]
        given: dict[str, Matrix] = {"original_logits": np.stack(original), "logits": np.stack(final)}
        before, after = self.loss(original), self.loss(final)
        if before is not None and after is not None:
            given |= {"original_loss": np.array([before], self.dtype), "final_loss": np.array([after], self.dtype)}
        return given | ({name: np.stack(values) for name, values in self.trace.items()} if with_trace else {})


def main(variants: Mapping[str, type[TintStep]] | None = None) -> None:
    """Answers every whole-model case of a set."""
    variants = variants or {"correct": TintStep}
    parser = argparse.ArgumentParser(description="Answers the whole-model cases of a set with a TinT step in NumPy.")
    parser.add_argument("cases", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--variant", choices=sorted(variants), default=next(iter(variants)))
    parser.add_argument("--dtype", choices=("float64", "float32"), default="float64")
    parser.add_argument("--no-trace", action="store_true", help="results only, no intermediates")
    options = parser.parse_args()
    try:
        cases = CaseSet(options.cases)
    except CaseError as error:
        parser.error(str(error))
    count = 0
    for case in cases:
        if case.module == "TinT":
            write_answers(options.answers, case, variants[options.variant](case, options.dtype).answers(not options.no_trace))
            count += 1
    print(f"answered {count} cases in {options.answers}")


if __name__ == "__main__":
    main()
