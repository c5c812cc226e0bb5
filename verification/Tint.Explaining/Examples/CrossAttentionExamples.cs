using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Materialised;
using Tint.Reference.Modules;
using Tint.Reference.Modules.CrossAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Explaining.Examples;

/// <summary>The modules of attention over another sequence, on one case.</summary>
internal sealed class CrossAttentionExamples
{
    private readonly Example _example;
    private readonly TintConfiguration _configuration;
    private readonly int _slot;
    private readonly LinearParameters _key;
    private readonly LinearParameters _value;
    private readonly CrossAttentionMemory _memory;
    private readonly Matrix<double> _v;
    private readonly Matrix<double> _output;
    private readonly Matrix<double> _gradient;

    public CrossAttentionExamples(Example example)
    {
        (_example, _configuration) = (example, example.Configuration);
        _slot = MemorySlots.Attention(_configuration);
        (_key, _value) = (example.Key(_configuration.Auxiliary.HiddenSize), example.Value(_configuration.Auxiliary.HiddenSize));
        _memory = new(ExactLinear.Forward(example.Query, example.X), ExactLinear.Forward(_key, example.Other), example.Other);
        _v = ExactLinear.Forward(_value, example.Other);
        (_output, var pullback) = new ExactAttentionForm(_configuration.Auxiliary, AttentionForm.Published, isCrossing: true).Attend(_memory.Query, _memory.Key, _v);
        _gradient = pullback(example.Gradient).Value;
    }

    public BuiltExample Forward()
    {
        var module = new CrossAttentionForward(_configuration, _slot);
        var (keys, values) = (_example.Stacked(_key), _example.Stacked(_value));
        var (states, others) = (new HiddenStates(_example.Stacked(_example.Query), _example.Tokens((0, _example.X))), _example.Tokens((0, _example.Other)));
        var closed = SimulatedCrossAttention.Forward(_configuration, _example.Query, _key, _value, _example.X, _example.Other);
        return Built(
            [
                ("x", "the tokens, with the query layer", states),
                ("keys", "the other sequence, with the key layer", new(keys, others)),
                ("values", "the other sequence, with the value layer", new(values, others)),
            ],
            _example.Write(write => write.CrossAttentionForward("x", "keys", "values", string.Empty, AttentionForm.Published)),
            module.Tensors(),
            arithmetic =>
            {
                var (first, second) = module.Run(states, others, keys, values, arithmetic);
                return [first, new HiddenStates(keys, second)];
            },
            [
                _example.Tokens("Σ a v", 0, closed.Output, _output),
                _example.Tokens("memory q", _slot, closed.Memory.Query, _memory.Query),
                _example.Tokens("memory k", _slot + 1, closed.Memory.Key, _memory.Key) with { Output = 1 },
                _example.Tokens("memory e", _slot + 2, closed.Memory.Other, _example.Other) with { Output = 1 },
            ]);
    }

    public BuiltExample Backward()
    {
        var module = new CrossAttentionBackward(_configuration, _slot);
        var (states, others) = GradientStates(_example.NoPrefixes);
        return Built(
            [("x", "the tokens", states), ("others", "the other sequence", others)],
            _example.Write(write => write.CrossAttentionBackward("x", "others", string.Empty, AttentionForm.Published)),
            module.Tensors(),
            arithmetic =>
            {
                var (first, second) = module.Run(states, others.Tokens, arithmetic);
                return [first, new HiddenStates(others.Prefixes, second)];
            },
            [_example.Tokens("gradient at the values", 0, SimulatedCrossAttention.Backward(_configuration, _example.Gradient, _memory), _gradient) with { Output = 1 }]);
    }

    public BuiltExample BackwardDescent()
    {
        var module = new CrossAttentionBackwardDescent(_configuration, _slot);
        var (states, others) = GradientStates(_example.Stacked(_value));
        var closed = SimulatedCrossAttention.BackwardDescent(_configuration, _value, _example.Gradient, _memory);
        var stepped = Stepped();
        return Built(
            [("x", "the tokens", states), ("others", "the other sequence", others)],
            _example.Write(write => write.CrossAttentionBackwardDescent("x", "others", string.Empty, AttentionForm.Published)),
            module.Tensors(),
            arithmetic =>
            {
                var (first, second) = module.Run(states, others.Tokens, arithmetic);
                return [first, new HiddenStates(first.Prefixes, second)];
            },
            [
                .. _example.Updated(closed.Updated, stepped),
                _example.Tokens("W_Vᵀ g_v", 0, closed.OtherGradient, ExactLinear.Backward(_value, _example.Other, _gradient).Input) with { Output = 1 },
            ]);
    }

    /// <summary>All tokens of the other sequence count in its descents.</summary>
    private LinearParameters Stepped() =>
        LinearExamples.Stepped(_example, _value, _gradient, _example.Other, [.. Enumerable.Repeat(1.0, _example.Other.RowCount)]);

    private (HiddenStates States, HiddenStates Others) GradientStates(Slots prefixes) => (
        new(prefixes, _example.Tokens((0, _example.Gradient), (_slot, _memory.Query), (_slot + 2, _example.X))),
        new(prefixes, _example.Tokens((_slot + 1, _memory.Key), (_slot + 2, _example.Other))));

    private BuiltExample Built(
        IReadOnlyList<(string Name, string Title, HiddenStates States)> inputs,
        (IReadOnlyList<TransformerLayer> Layers, (string States, string Others) Outputs) written,
        IEnumerable<WeightTensor> tensors,
        Func<Arithmetic, IReadOnlyList<HiddenStates>> construction,
        IReadOnlyList<Part> parts) => new()
        {
            Configuration = _configuration,

            // The descents at the other sequence's tokens take all of them.
            TrainMask = [.. Enumerable.Repeat(1.0, _example.TrainMask.Count)],
            Inputs = inputs,
            Layers = written.Layers,
            Outputs = [(written.Outputs.States, "the tokens"), (written.Outputs.Others, "the other sequence")],
            Tensors = tensors,
            Construction = construction,
            Known =
        [
            new("g", _example.Gradient),
            new("x", _example.X),
            new("e", _example.Other),
            new("q = W_Q x + b_Q", _memory.Query),
            new("k = W_K e + b_K", _memory.Key),
            new("v = W_V e + b_V", _v),
            new("Σ a v", _output),
            new("g_v", _gradient),
            new("W_Vᵀ g_v", ExactLinear.Backward(_value, _example.Other, _gradient).Input),
            .. _example.Rows("W_V", "b_V", _example.Stacked(_value)),
            .. _example.Rows("W_Q", "b_Q", _example.Stacked(_example.Query)),
            .. _example.Rows("W_K", "b_K", _example.Stacked(_key)),
            .. _example.UpdatedRows("W_V", "b_V", _value, Stepped()),
        ],
            Parts = parts,
        };
}
