#!/usr/bin/env python3
"""Times one TinT step of the published PyTorch code, or of plain PyTorch autograd, beside which `tint bench` can be put.

The published code is not part of this repository: name a checkout of it with --published. Each run is one process, so that its peak
memory is its own, and prints one JSON object. Weights and tokens are random; half of the tokens and all layers are trained.

  python3 compare-published.py --published DIR --shape gpt2-small --layers 2
  python3 compare-published.py --autograd --dtype float64 --shape gpt2-small
  python3 compare-published.py --autograd --device cuda --steps 3

Needs Python 3 with PyTorch and NumPy, and nothing else: two small packages that the published code imports only for progress bars and
version checks (tqdm, packaging) are stood in for where they are missing.
"""
import argparse
import contextlib
import io
import json
import math
import os
import resource
import sys
import time
import types

# D, H, L, V, T_max, D_sim, K, H_sim
SHAPES = {
    'tiny': (24, 3, 2, 50, 16, 96, 8, 12),
    'gpt2-small': (768, 12, 12, 50257, 1024, 3072, 256, 12),
    'gpt2-medium': (1024, 16, 24, 50257, 1024, 5120, 256, 20),
}
SCALE, RATE, GATE, EPSILON = 1000.0, 1e-4, 10.0, 1e-5


def published(torch, shape, layers, tokens, directory, generator):
    """Builds the published TinT of a random GPT-2; returns the function that runs one step."""
    stand_in(directory)
    from tint_main.tint_gpt import TinT_gpt

    width, heads, _, vocabulary, positions, hidden, prefixes, sim_heads = shape
    config = types.SimpleNamespace(
        seq_length=positions, num_prefixes=prefixes, position_dim=positions + prefixes, num_attention_heads=sim_heads,
        scale_embeddings=SCALE, inner_lr=RATE, gate_scale=GATE, hidden_size=hidden, max_position_embeddings=positions + prefixes + 8,
        embd_pdrop=0.0, attn_pdrop=0.0, resid_pdrop=0.0, activation_function='gelu_new', epsilon=EPSILON, scale_attn_weights=True,
        initial_scale=math.sqrt((hidden / width) * (heads / sim_heads)), n_simulation_layers=layers, n_forward_backward=1,
        n_debug_layers=-1, projection_paths=None, backprop_through_attention=True, restrict_prefixes=True, use_einsum=True,
        use_prediction_loss=True, use_quad=False, n_layers_pergpu=100, device='cpu', reuse_forward_blocks=True,
        reuse_backward_blocks=True, ln_update_bias_only=True)
    auxiliary = types.SimpleNamespace(
        hidden_size=width, num_attention_heads=heads, n_inner=None, vocab_size=vocabulary, max_position_embeddings=positions, n_layer=layers)

    class Parameters(torch.nn.Module):
        def __init__(self, weight, bias=None):
            super().__init__()
            self.weight = torch.nn.Parameter(weight)
            if bias is not None:
                self.bias = torch.nn.Parameter(bias)

    def numbers(*size, scale=0.03):
        return torch.randn(*size, generator=generator) * scale

    def linear(inputs, outputs):
        return Parameters(numbers(inputs, outputs), numbers(outputs))

    def norm():
        return Parameters(1 + numbers(width), numbers(width))

    embedding = Parameters(numbers(vocabulary, width))
    weights = {
        'transformer': {
            'wte': embedding, 'wpe': Parameters(numbers(positions, width)), 'ln_f': norm(),
            'h': {str(layer): {
                'ln_1': norm(), 'ln_2': norm(),
                'attn': {'c_attn': linear(width, 3 * width), 'c_proj': linear(width, width)},
                'mlp': {'c_fc': linear(width, 4 * width), 'c_proj': linear(4 * width, width)},
            } for layer in range(layers)},
        },
        'lm_head': embedding,
    }
    model = TinT_gpt(config, auxiliary, weights).eval()
    ids, mask = sequence(torch, vocabulary, tokens, generator)

    def step():
        with torch.no_grad():
            model(ids, mask.to(torch.get_default_dtype()), labels=ids)

    return step


def stand_in(directory):
    """Makes the checkout importable, and stands in for what it imports but a step does not use."""
    root = os.path.abspath(directory)
    if not os.path.isdir(os.path.join(root, 'tint_main')):
        sys.exit(f'--published must name a folder that holds tint_main; got {directory}')
    sys.path.insert(0, root)
    try:
        import tqdm  # noqa: F401
    except ImportError:
        sys.modules['tqdm'] = types.ModuleType('tqdm')
        sys.modules['tqdm'].tqdm = lambda iterable, **_: iterable
    try:
        import packaging.version  # noqa: F401
    except ImportError:
        package, version = types.ModuleType('packaging'), types.ModuleType('packaging.version')
        version.parse = lambda text: tuple(int(part) for part in text.split('+')[0].split('.')[:2])
        package.version = version
        sys.modules.update({'packaging': package, 'packaging.version': version})


def autograd(torch, shape, layers, tokens, generator, device):
    """A GPT-2 in plain PyTorch; returns the function that goes forward, backward, one SGD step, and forward again."""
    width, heads, _, vocabulary, positions, *_ = shape

    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = torch.nn.LayerNorm(width, EPSILON), torch.nn.LayerNorm(width, EPSILON)
            self.qkv, self.output = torch.nn.Linear(width, 3 * width), torch.nn.Linear(width, width)
            self.inner, self.outer = torch.nn.Linear(width, 4 * width), torch.nn.Linear(4 * width, width)

        def forward(self, x):
            q, k, v = self.qkv(self.norm1(x)).view(-1, 3, heads, width // heads).permute(1, 2, 0, 3)
            scores = q @ k.transpose(1, 2) / math.sqrt(width // heads)
            seen = torch.ones(len(x), len(x), dtype=torch.bool, device=x.device).tril()
            attended = torch.softmax(scores.masked_fill(~seen, -math.inf), -1) @ v
            x = x + self.output(attended.transpose(0, 1).reshape(len(x), width))
            return x + self.outer(torch.nn.functional.gelu(self.inner(self.norm2(x)), approximate='tanh'))

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.positions = torch.nn.Embedding(vocabulary, width), torch.nn.Embedding(positions, width)
            self.blocks = torch.nn.Sequential(*[Block() for _ in range(layers)])
            self.norm = torch.nn.LayerNorm(width, EPSILON)

        def forward(self, ids):
            x = self.blocks(self.tokens(ids) + self.positions(torch.arange(len(ids), device=ids.device)))
            return self.norm(x) @ self.tokens.weight.T

    model = Model()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.03)
    model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    ids, mask = sequence(torch, vocabulary, tokens, generator)
    ids, trained = ids[0].to(device), mask[0, 1:].bool().to(device)

    def step():
        logits = model(ids)
        torch.nn.functional.cross_entropy(logits[:-1][trained], ids[1:][trained], reduction='sum').backward()
        del logits
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            model(ids)

    return step


def sequence(torch, vocabulary, tokens, generator):
    """Random tokens, [1, T], and the mask that trains on their first half."""
    ids = torch.randint(0, vocabulary, (1, tokens), generator=generator)
    return ids, (torch.arange(tokens) < tokens // 2).to(torch.float32)[None]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument('--published', metavar='DIR', help='a checkout of the published code, the folder that holds tint_main')
    which.add_argument('--autograd', action='store_true', help='plain PyTorch: forward, backward, SGD, forward')
    parser.add_argument('--shape', choices=list(SHAPES), default='gpt2-small')
    parser.add_argument('--layers', type=int, help='without it, as many as the shape has')
    parser.add_argument('--tokens', type=int, help='without it, as many as the shape has positions')
    parser.add_argument('--dtype', choices=['float32', 'float64'], help='without it, float32 for the published code, float64 for autograd')
    parser.add_argument('--threads', type=int, default=os.cpu_count(), help='without it, as many as the machine has processors')
    parser.add_argument('--device', choices=['cpu', 'cuda'], default='cpu', help='where autograd runs; the published code runs on the processor')
    parser.add_argument('--steps', type=int, default=1, help='how many steps, one after another; the first warms up what the others use')
    parser.add_argument('--seed', type=int, default=1)
    arguments = parser.parse_args()
    shape = SHAPES[arguments.shape]
    layers, tokens = arguments.layers or shape[2], arguments.tokens or shape[4]
    if layers < 1 or not 2 <= tokens <= shape[4]:
        parser.error(f'--layers must be at least 1 and --tokens from 2 to {shape[4]}')
    if arguments.steps < 1 or (arguments.published and arguments.device != 'cpu'):
        parser.error('--steps must be at least 1, and --device cuda is for --autograd')
    dtype = arguments.dtype or ('float32' if arguments.published else 'float64')

    import torch
    torch.set_num_threads(arguments.threads)
    torch.set_default_dtype(getattr(torch, dtype))
    generator = torch.Generator().manual_seed(arguments.seed)
    with contextlib.redirect_stdout(io.StringIO()):
        step = (published(torch, shape, layers, tokens, arguments.published, generator) if arguments.published
                else autograd(torch, shape, layers, tokens, generator, arguments.device))
        seconds, cpu = [], time.process_time()
        for _ in range(arguments.steps):
            wall = time.perf_counter()
            step()
            if arguments.device == 'cuda':
                torch.cuda.synchronize()
            seconds.append(round(time.perf_counter() - wall, 4))
        cpu = time.process_time() - cpu
    print(json.dumps({
        'what': 'published' if arguments.published else 'autograd', 'shape': arguments.shape, 'dtype': dtype, 'layers': layers,
        'tokens': tokens, 'seconds': min(seconds), 'seconds_each': seconds, 'cpu_seconds': round(cpu / arguments.steps, 3),
        'device': torch.cuda.get_device_name() if arguments.device == 'cuda' else 'cpu',
        'device_bytes': torch.cuda.max_memory_allocated() if arguments.device == 'cuda' else None,
        'peak_bytes': 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 'threads': torch.get_num_threads(),
        'torch': torch.__version__,
    }))


if __name__ == '__main__':
    main()
