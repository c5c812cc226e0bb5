using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Explaining.Examples;

/// <summary>The modules of self-attention, of any form, on one case.</summary>
internal sealed class AttentionExamples
{
    private readonly Example _example;
    private readonly TintConfiguration _configuration;
    private readonly AttentionForm _form;
    private readonly int _slot;
    private readonly LinearParameters _key;
    private readonly LinearParameters _value;
    private readonly Matrix<double> _q;
    private readonly Matrix<double> _k;
    private readonly Matrix<double> _v;
    private readonly AttentionMemory _memory;
    private readonly Matrix<double> _output;
    private readonly ExactAttentionGradient _exact;

    public AttentionExamples(Example example, AttentionForm? form = null)
    {
        (_example, _configuration, _form) = (example, example.Configuration, form ?? AttentionForm.Published);
        _slot = MemorySlots.Attention(_configuration);
        var rows = _form.KeyValueWidth(_configuration.Auxiliary);
        (_key, _value) = (example.Key(rows), example.Value(rows));
        (_q, _k, _v) = (ExactLinear.Forward(example.Query, example.X), ExactLinear.Forward(_key, example.X), ExactLinear.Forward(_value, example.X));
        _memory = new(_q, _k, example.X);
        (_output, var pullback) = new ExactAttentionForm(_configuration.Auxiliary, _form).Attend(_q, _k, _v);
        _exact = pullback(example.Gradient);
    }

    public BuiltExample Forward()
    {
        var module = new AttentionForward(_configuration, _slot, _form);
        var tokens = _example.Tokens((0, _example.X));
        var (queries, keys, values) = (_example.Stacked(_example.Query), _example.Stacked(_key), _example.Stacked(_value));
        var states = new HiddenStates(queries, tokens);
        var closed = SimulatedAttention.Forward(_configuration, _example.Query, _key, _value, _example.X, iclMask: null, _form);
        return Built(
            [
                ("x", "with the query layer", states),
                ("keys", "with the key layer", states with { Prefixes = keys }),
                ("values", "with the value layer", states with { Prefixes = values }),
            ],
            _example.Write(write => new[] { write.AttentionForward("x", "keys", "values", string.Empty, _form) }),
            ["states"],
            module.Tensors(),
            arithmetic => [module.Run(states, keys, values, null, arithmetic)],
            [
                _example.Tokens("Σ a v", 0, closed.Output, _output),
                _example.Tokens("memory q", _slot, closed.Memory.Query, _q),
                _example.Tokens("memory k", _slot + 1, closed.Memory.Key, _k),
                _example.Tokens("memory x", _slot + 2, closed.Memory.Input, _example.X),
            ]);
    }

    public BuiltExample Backward()
    {
        var module = new AttentionBackward(_configuration, _slot, _form);
        var states = GradientStates(_example.NoPrefixes);
        var closed = SimulatedAttention.Backward(_configuration, _example.Gradient, _memory, _example.TrainMask, iclMask: null, _form);
        return Built(
            [("x", "states", states)],
            _example.Write(write => new[] { write.AttentionBackward("x", string.Empty, _form) }),
            ["states"],
            module.Tensors(),
            arithmetic => [module.Run(states, _example.TrainMask, null, arithmetic)],
            [_example.Tokens("gradient at the values", 0, closed, _exact.Value) with { Certificate = Dropped(), Covers = "what the train mask drops" }]) with
        {
            Followed = (0, 4),
        };
    }

    public BuiltExample Descent()
    {
        var module = new AttentionDescent(_configuration, _slot);
        var states = GradientStates(_example.Stacked(_value));
        var closed = SimulatedAttention.Descent(_configuration, _value, _example.Gradient, _memory, _example.TrainMask).Updated;
        return Built(
            [("x", "with the value layer", states)],
            _example.Write(write => new[] { write.AttentionDescent("x", string.Empty) }),
            ["states"],
            module.Tensors(),
            arithmetic => [module.Run(states, _example.TrainMask, arithmetic)],
            [.. _example.Updated(closed, Stepped(_value, _example.Gradient))],
            [.. _example.UpdatedRows("W_V", "b_V", _value, Stepped(_value, _example.Gradient))]);
    }

    public BuiltExample BackwardDescent()
    {
        var module = new AttentionBackwardDescent(_configuration, _slot, _form);
        var states = GradientStates(_example.Stacked(_value));
        var atValues = SimulatedAttention.Backward(_configuration, _example.Gradient, _memory, _example.TrainMask, iclMask: null, _form);
        var closed = SimulatedAttention.BackwardDescent(
            _configuration, _value, _example.Gradient, _memory, _example.TrainMask, iclMask: null, _form);
        return Built(
            [("x", "with the value layer", states)],
            _example.Write(write => new[] { write.AttentionBackwardDescent("x", string.Empty, _form) }),
            ["states"],
            module.Tensors(),
            arithmetic => [module.Run(states, _example.TrainMask, null, arithmetic)],
            [
                _example.Tokens("W_Vᵀ g_v", 0, closed.InputGradient, ExactLinear.Backward(_value, _example.X, atValues).Input),
                .. _example.Updated(closed.Updated, Stepped(_value, atValues)),
            ],
            [new("W_Vᵀ g_v", closed.InputGradient), .. _example.UpdatedRows("W_V", "b_V", _value, Stepped(_value, atValues))]);
    }

    public BuiltExample ScoreBackward()
    {
        var module = new AttentionScoreBackward(_configuration, _slot, _form);
        var states = GradientStates(_example.Stacked(_value));
        return Built(
            [("x", "with the value layer", states)],
            _example.Write(write => new[] { write.AttentionScoreBackward("x", string.Empty, _form) }),
            ["states"],
            module.Tensors(),
            arithmetic => [module.Run(states, null, arithmetic)],
            [.. Scores()]);
    }

    public BuiltExample ScoreDescent()
    {
        var module = new AttentionScoreDescent(_configuration, _slot, _form);
        var states = GradientStates(_example.Stacked(_value));
        var (queries, keys) = (_example.Stacked(_example.Query), _example.Stacked(_key));
        var (query, key) = SimulatedAttention.ScoreBackward(_configuration, _value, _example.Gradient, _memory, iclMask: null, _form);
        Part[] Of(int output, LinearParameters layer, Matrix<double> gradient, string name) =>
        [
            .. _example.Updated(SimulatedLinear.Descent(_configuration, layer, gradient, _example.X, _example.TrainMask).Updated, Stepped(layer, gradient))
                .Append(_example.Tokens(
                    name, 0, SimulatedLinear.Backward(_configuration, layer.Weight, gradient), ExactLinear.Backward(layer, _example.X, gradient).Input))
                .Select(part => part with { Output = output }),
        ];
        return Built(
            [
                ("x", "with the value layer", states),
                ("query", "the query layer", new(queries, states.Tokens)),
                ("key", "the key layer", new(keys, states.Tokens)),
            ],
            _example.Write(write =>
            {
                var (first, second) = write.AttentionScoreDescent("x", "query", "key", string.Empty, _form);
                return new[] { first, second };
            }),
            ["the query layer's step", "the key layer's step"],
            module.Tensors(),
            arithmetic =>
            {
                var (first, second) = module.Run(states, queries, keys, _example.TrainMask, null, arithmetic);
                return [first, second];
            },
            [.. Of(0, _example.Query, query, "W_Qᵀ ∂q"), .. Of(1, _key, key, "W_Kᵀ ∂k")],
            [
                new("W_Qᵀ ∂q", ExactLinear.Backward(_example.Query, _example.X, query).Input),
                new("W_Kᵀ ∂k", ExactLinear.Backward(_key, _example.X, key).Input),
                .. _example.UpdatedRows("W_Q", "b_Q", _example.Query, Stepped(_example.Query, query)),
                .. _example.UpdatedRows("W_K", "b_K", _key, Stepped(_key, key)),
            ]);
    }

    private HiddenStates GradientStates(Slots prefixes) =>
        new(prefixes, _example.Tokens((0, _example.Gradient), (_slot, _q), (_slot + 1, _k), (_slot + 2, _example.X)));

    private LinearParameters Stepped(LinearParameters layer, Matrix<double> g) => LinearExamples.Stepped(_example, layer, g, _example.X, _example.TrainMask);

    private IEnumerable<Part> Scores()
    {
        var (query, key) = SimulatedAttention.ScoreBackward(_configuration, _value, _example.Gradient, _memory, iclMask: null, _form);
        var (auxiliary, scale) = (_configuration.Auxiliary, _configuration.FiniteDifferenceScale);
        var bounds = AttentionFormCertificate.Heads(auxiliary, _form, _q, _k, _v).Select((head, h) => ScoreDifferenceCertificate.Bound(
            head, _example.Gradient.SubMatrix(0, _example.Gradient.RowCount, h * auxiliary.HeadSize, auxiliary.HeadSize), scale, _configuration.Stencil)).ToArray();
        const string Covers = "truncation of the finite difference";
        yield return _example.Tokens("gradient at the queries", 0, query, _exact.Query) with
        {
            Covers = Covers,
            Certificate = bounds.Select(bound => bound.Query).Aggregate((sum, bound) => sum + bound),
        };
        yield return _example.Tokens("gradient at the keys", 1, key, _exact.Key) with
        {
            Covers = Covers,
            Certificate = bounds.Select(bound => bound.Key).Aggregate((sum, bound) => sum + bound),
        };
    }

    /// <summary>What the mask drops from each token's gradient at its values.</summary>
    private Vector<double> Dropped() => AttentionFormCertificate.Bound(
        _configuration.Auxiliary,
        _form,
        _q,
        _k,
        _v,
        _example.Gradient,
        Vector<double>.Build.DenseOfEnumerable(_example.TrainMask),
        new AttentionNorms(Query: 0, Key: 0, Value: 1)).AtKeys;

    private BuiltExample Built(
        IReadOnlyList<(string Name, string Title, HiddenStates States)> inputs,
        (IReadOnlyList<Reference.Materialised.TransformerLayer> Layers, string[] Outputs) written,
        IReadOnlyList<string> titles,
        IEnumerable<WeightTensor> tensors,
        Func<Arithmetic, IReadOnlyList<HiddenStates>> construction,
        IReadOnlyList<Part> parts,
        IReadOnlyList<Known>? more = null)
    {
        var (query, key) = SimulatedAttention.ScoreBackward(_configuration, _value, _example.Gradient, _memory, iclMask: null, _form);
        Known[] known =
        [
            new("g", _example.Gradient),
            new("x", _example.X),
            new("q = W_Q x + b_Q", _q),
            new("k = W_K x + b_K", Example.Padded(_k)),
            new("v = W_V x + b_V", Example.Padded(_v)),
            new("Σ a v", _output),
            new("g_v", Example.Padded(SimulatedAttention.Backward(_configuration, _example.Gradient, _memory, _example.TrainMask, iclMask: null, _form))),
            new("∂q", query),
            new("∂k", Example.Padded(key)),
            .. _example.Rows("W_V", "b_V", _example.Stacked(_value)),
            .. _example.Rows("W_Q", "b_Q", _example.Stacked(_example.Query)),
            .. _example.Rows("W_K", "b_K", _example.Stacked(_key)),
        ];
        return new()
        {
            Configuration = _configuration,
            Form = _form,
            TrainMask = _example.TrainMask,
            Inputs = inputs,
            Layers = written.Layers,
            Outputs = [.. written.Outputs.Zip(titles)],
            Tensors = tensors,
            Construction = construction,
            Known = [.. known, .. more ?? []],
            Parts = parts,
        };
    }
}
