#!/usr/bin/env python3
"""Runs a transformer that is described layer by layer in its config.json, over prefixes and tokens.

It knows the layers that any transformer has (attention, mixings of heads, linear maps inside heads, normalisations, activations, gates, residual
connections) and what a folder of safetensors files is, and nothing of what the transformer was built for. Needs NumPy and nothing else.

  python3 transformer.py DIR                            compares with the logits of DIR/example.safetensors
  python3 transformer.py DIR --tokens 3,1,4,1,5 --trained 2

States are matrices [K + T x hidden size]: K prefixes, then T tokens. Position t of the tokens has a one-hot with its one at t, prefix j at
max_position_embeddings + j.
"""
import argparse
import collections
import json
import math
import pathlib
import sys

import numpy

DTYPES = {'F64': '<f8', 'F32': '<f4', 'F16': '<f2', 'I64': '<i8'}


class Weights:
    """The tensors of a folder, mapped into memory and read when they are asked for."""

    def __init__(self, folder):
        self._tensors = {}
        index = json.loads((folder / 'model.safetensors.index.json').read_text())
        for file in sorted(set(index['weight_map'].values())):
            self._tensors.update(tensors_of(folder / file))

    def __getitem__(self, name):
        return self._tensors[name]


def tensors_of(path):
    """The tensors of one safetensors file, by name."""
    data = numpy.memmap(path, numpy.uint8, 'r')
    start = 8 + int(data[:8].view('<u8')[0])
    header = json.loads(bytes(data[8:start]))
    header.pop('__metadata__', None)
    return {
        name: data[start + entry['data_offsets'][0]:start + entry['data_offsets'][1]].view(DTYPES[entry['dtype']]).reshape(entry['shape'])
        for name, entry in header.items()
    }


class Transformer:
    """A transformer in a folder."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.config = json.loads((folder / 'config.json').read_text())
        self.weights = Weights(folder)
        self.prefixes = self.config['num_prefixes']

    def run(self, ids, trained=None, gradient=None, seen=None):
        """The outputs that config.json names, for one sequence.

        ids: T token ids. trained: a mask of 0 and 1 a token that attention masks and the loss read. gradient: another one, on the loss alone.
        seen: which token may attend to which, [T x T], within what is causal.
        """
        call = Call(self, numpy.asarray(ids, int), trained, gradient, seen)
        states = run_layers(call, self.config['layers'], {}, '', set(self.config['outputs'].values()))
        return {name: states[output] for name, output in self.config['outputs'].items()}


class Call:
    """What the layers of one call share: weights, tokens, masks, positions."""

    def __init__(self, transformer, ids, trained, gradient, seen):
        self.config, self.weights, self.prefixes = transformer.config, transformer.weights, transformer.prefixes
        self.ids, count = ids, len(ids)
        if not 0 < count <= self.config['max_position_embeddings']:
            raise ValueError(f"there must be 1 to {self.config['max_position_embeddings']} tokens; got {count}")
        self.trained = numpy.ones(count) if trained is None else numpy.asarray(trained, float)
        self.gradient = numpy.ones(count) if gradient is None else numpy.asarray(gradient, float)
        self.seen = numpy.ones((count, count)) if seen is None else numpy.asarray(seen, float)
        self.places = [*(self.config['max_position_embeddings'] + j for j in range(self.prefixes)), *range(count)]


def run_layers(call, layers, states, at, wanted):
    """Runs layers over named states; those that no later layer reads are let go."""
    uses = collections.Counter(name for layer in layers for name in layer['inputs'])
    for layer in layers:
        inputs = [states[name] for name in layer['inputs']]
        for name in layer['inputs']:
            uses[name] -= 1
            if uses[name] == 0 and name not in wanted:
                states.pop(name, None)
        states[layer['output']] = LAYERS[layer['layer']](call, layer, [at + name for name in layer.get('weights', [])], *inputs)
    return states


def module(call, layer, weights, *inputs):
    """The layers of a module, over the weights whose names begin as the call says."""
    layers = call.config['modules'][layer['module']]
    return run_layers(call, layers['layers'], dict(zip(layers['inputs'], inputs)), weights[0], {layers['output']})[layers['output']]


def embed(call, layer, weights):
    tokens, positions = (call.weights[name] for name in weights)
    first = layer['first_position']
    states = numpy.zeros((call.prefixes + len(call.ids), call.config['hidden_size']))
    states[call.prefixes:, :tokens.shape[1]] = tokens[call.ids] + positions[first:first + len(call.ids)]
    return states


def load_prefixes(call, layer, weights, x):
    return numpy.concatenate([call.weights[weights[0]], x[call.prefixes:]])


def join(call, layer, weights, prefixes, tokens):
    return numpy.concatenate([prefixes[:call.prefixes], tokens[call.prefixes:]])


def add(call, layer, weights, x, y):
    return x + y


def carry_tokens(call, layer, weights, x, y):
    x, start, end, count = x.copy(), layer['to'], layer['from'], layer['columns']
    x[call.prefixes:, start:start + count] = y[call.prefixes:, end:end + count]
    return x


def mix(call, name, x):
    """Coordinate c of head o becomes the sum over heads i of weight[c, i, o] times coordinate c of head i."""
    weight, bias = call.weights[f'{name}.weight'], call.weights[f'{name}.bias']
    size, heads, _ = weight.shape
    mixed = numpy.matmul(x.reshape(len(x), heads, size).transpose(2, 0, 1), weight)
    return (mixed + bias[:, None, :]).transpose(1, 2, 0).reshape(len(x), heads * size)


def map_inside(call, name, x):
    """Head h becomes x_h weight[h]."""
    weight, bias = call.weights[f'{name}.weight'], call.weights[f'{name}.bias']
    heads, size, _ = weight.shape
    mapped = numpy.matmul(x.reshape(len(x), heads, size).transpose(1, 0, 2), weight)
    return (mapped + bias[:, None, :]).transpose(1, 0, 2).reshape(len(x), heads * size)


def mix_heads(call, layer, weights, x):
    return mix(call, weights[0], x)


def map_heads(call, layer, weights, x):
    return map_inside(call, weights[0], x)


def attention(call, layer, weights, x):
    """Query, key and value are each a mixing of heads, a map inside heads, and a part of the position that a weight expands to the heads."""
    name, heads = weights[0], layer['heads']
    parts = numpy.split(call.weights[f'{name}.p_attn.weight'][call.places] + call.weights[f'{name}.p_attn.bias'], 3, axis=1)
    expand, expand_bias = call.weights[f'{name}.p_expand.weight'], call.weights[f'{name}.p_expand.bias']

    def projected(part, letter):
        signal = map_inside(call, f'{name}.{letter}_attn', mix(call, f'{name}.{letter}_attn_head', x))
        position = parts[part][:, None, :] * expand[part, 0][None, :, None] + expand_bias[None, :, None]
        return (signal.reshape(len(x), heads, -1) + position).transpose(1, 0, 2)

    query, key, value = (projected(part, letter) for part, letter in enumerate('qkv'))
    attend = softmax_attention if layer['softmax'] else linear_attention
    output = attend(call, layer, query, key, value)
    return mix(call, f'{name}.c_proj', output.transpose(1, 0, 2).reshape(len(x), -1))


def linear_attention(call, layer, query, key, value):
    """No softmax and no scale: scores times mask times values."""
    count, k = query.shape[1], call.prefixes
    mask = numpy.zeros((count, count))
    if layer['mask'] == 'tokens_to_prefixes':
        mask[k:, :k] = 1
    elif layer['mask'] == 'causal':
        mask = numpy.tril(numpy.ones((count, count)))
    elif layer['mask'] == 'prefixes_to_trained_tokens':
        mask[:k, k:] = call.trained
    else:
        raise ValueError(f"a mask must be known; got '{layer['mask']}'")
    rows, columns = mask.any(axis=1), mask.any(axis=0)
    output = numpy.zeros_like(value)
    scores = numpy.matmul(query[:, rows], key[:, columns].transpose(0, 2, 1)) * mask[numpy.ix_(rows, columns)]
    output[:, rows] = numpy.matmul(scores, value[:, columns])
    return output


def softmax_attention(call, layer, query, key, value):
    """Tokens attend to themselves and earlier ones. Transposed, token i receives from token j what j gave to i, if i >= j or j is trained on."""
    k, count = call.prefixes, len(call.ids)
    query, key = query[:, k:], key[:, k:]
    causal = numpy.tril(numpy.ones((count, count))) * call.seen > 0
    scores = numpy.where(causal, numpy.matmul(query, key.transpose(0, 2, 1)) * layer['scale'], -numpy.inf)
    scores = numpy.exp(scores - scores.max(axis=2, keepdims=True))
    scores /= scores.sum(axis=2, keepdims=True)
    if layer['transposed']:
        back = numpy.clip(numpy.tril(numpy.ones((count, count))) + call.trained[None, :], 0, 1)
        scores = scores.transpose(0, 2, 1) * back
    output = numpy.zeros_like(value)
    output[:, k:] = numpy.matmul(scores, value[:, k:])
    return output


def normalise(call, layer, weights, x):
    """Mean and variance of the first columns; the variance times a weight."""
    first = x[:, :layer['columns']]
    mean = first.mean(axis=1, keepdims=True)
    variance = ((first - mean) ** 2).mean(axis=1, keepdims=True)
    return (x - mean) / numpy.sqrt(layer['epsilon'] + layer['weight'] * variance)


def gate_features(call, layer, weights, old, new):
    result, count, weight = old.copy(), layer['columns'], layer['weight']
    result[:, :count] = weight * new[:, :count] + (1 - weight) * old[:, :count]
    return result


def gate_positions(call, layer, weights, old, new):
    def gate(name):
        return numpy.tanh(call.weights[f'{weights[0]}.{name}.weight'][call.places] + call.weights[f'{weights[0]}.{name}.bias'])
    return gate('old_v') * old + gate('new_v') * new


def keep_diagonal(call, layer, weights, x):
    """Of prefix j, slot s < rows keeps column j * rows + s alone; the last slot stays."""
    rows, width = layer['rows_per_prefix'], layer['width']
    kept = numpy.zeros_like(x)
    kept[:, rows * width:] = x[:, rows * width:]
    for j in range(call.prefixes):
        for s in range(rows):
            column = s * width + j * rows + s
            kept[j, column] = x[j, column]
    return kept


def activate(call, layer, weights, x):
    return ACTIVATIONS[layer['function']](x)


def gelu_of(factor):
    return lambda x: 0.5 * x * (1 + numpy.tanh(factor * (x + 0.044715 * x ** 3)))


ACTIVATIONS = {
    'gelu_new': gelu_of(math.sqrt(2 / math.pi)),
    'gelu': lambda x: 0.5 * x * (1 + numpy.vectorize(math.erf, otypes=[float])(x / math.sqrt(2))),
    'gelu_bloom': gelu_of(0.79788456),
    'gelu_fast': gelu_of(0.7978845608),
    'relu': lambda x: numpy.maximum(x, 0),
    'silu': lambda x: x / (1 + numpy.exp(-x)),
    'quick_gelu': lambda x: x / (1 + numpy.exp(-1.702 * x)),
}


def head(call, layer, weights, x):
    table = call.weights[weights[0]]
    return x[call.prefixes:, :table.shape[1]] @ table.T


def loss_gradient(call, layer, weights, x, logits):
    """The loss gradient in the tokens' first columns, for every token whose next one is trained on."""
    table, targets = call.weights[weights[0]], numpy.zeros((len(call.ids), call.weights[weights[0]].shape[1]))
    targets[:-1] = table[call.ids[1:]]
    if layer['loss'] == 'cross_entropy':
        probabilities = numpy.exp(logits - logits.max(axis=1, keepdims=True))
        predicted = (probabilities / probabilities.sum(axis=1, keepdims=True)) @ table
    elif layer['loss'] == 'quad':
        predicted = logits @ table
    elif layer['loss'] == 'mean_embedding':
        predicted = table.mean(axis=0)
    else:
        raise ValueError(f"a loss must be known; got '{layer['loss']}'")
    counts = numpy.append(call.trained[1:] * call.gradient[1:], float(layer['last_position']))
    x = x.copy()
    x[call.prefixes:, :table.shape[1]] = (predicted - targets) * counts[:, None]
    return x


LAYERS = {function.__name__: function for function in (
    module, embed, load_prefixes, join, add, carry_tokens, mix_heads, map_heads, attention, normalise, gate_features, gate_positions,
    keep_diagonal, activate, head, loss_gradient)}


def compare(folder, transformer):
    """Runs the folder's example; prints how far the logits are off, and whether that is within the example's bounds."""
    example = tensors_of(pathlib.Path(folder) / 'example.safetensors')
    outputs = transformer.run(example['input_ids'], example['train_mask'])
    holds = True
    for name, found in outputs.items():
        error, bound = numpy.abs(found - example[name]), example[f'{name}.bound']
        ratio = (error / numpy.maximum(bound, numpy.finfo(float).tiny)).max()
        holds &= bool((error <= bound).all())
        print(f'{name}: largest error {error.max():.3g}, at most {ratio:.3g} of its bound')
    return holds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder')
    parser.add_argument('--tokens', help='token ids with commas between them; without it, the example in the folder')
    parser.add_argument('--trained', type=int, help='how many tokens, from the first, are trained on; half of them without it')
    options = parser.parse_args()
    transformer = Transformer(options.folder)
    if options.tokens is None:
        return 0 if compare(options.folder, transformer) else 1
    ids = [int(word) for word in options.tokens.split(',')]
    trained = len(ids) // 2 if options.trained is None else options.trained
    outputs = transformer.run(ids, [float(t < trained) for t in range(len(ids))])
    print(json.dumps({name: output.tolist() for name, output in outputs.items()}))
    return 0


if __name__ == '__main__':
    sys.exit(main())
