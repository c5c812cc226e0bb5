using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>Nodes of a model's plan, forward and backward, with the rounding of every step of the exact model: a block, or what lies outside of blocks.</summary>
internal sealed class TrackedNodes : IForwardReading<Tracked>, IBackwardReading<Tracked>
{
    private readonly TrackedPass _pass;
    private readonly BlockPlan _plan;
    private readonly string _prefix;
    private readonly TrackedPositions? _positions;
    private readonly Matrix<double>? _iclMask;
    private readonly Tracked? _encoded;
    private readonly Dictionary<Place, Tracked> _inputs = [];
    private readonly Dictionary<Place, TrackedNorm> _norms = [];
    private readonly Dictionary<Place, TrackedAttention> _attention = [];
    private readonly Dictionary<Place, (Tracked Left, Tracked Right)> _products = [];

    /// <summary>Runs forward.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="plan">The nodes.</param>
    /// <param name="prefix">What the names of their parameters begin with, as "layers.0.".</param>
    /// <param name="input">Their input, [T × D].</param>
    /// <param name="positions">The table of relative positions of their self-attention; null for none.</param>
    /// <param name="iclMask">The pairs that may attend; null for all.</param>
    /// <param name="encoded">What cross-attention reads, [S × D]; null for none.</param>
    public TrackedNodes(
        TrackedPass pass,
        BlockPlan plan,
        string prefix,
        Tracked input,
        TrackedPositions? positions = null,
        Matrix<double>? iclMask = null,
        Tracked? encoded = null)
    {
        (_pass, _plan, _prefix, _positions, _iclMask, _encoded) = (pass, plan, prefix, positions, iclMask, encoded);
        Output = Walk.Forward(_plan, this, input);
    }

    /// <summary>Their output, [T × D].</summary>
    public Tracked Output { get; }

    /// <summary>After the backward pass, what went back to the encoder's output, [S × D]; null for nothing.</summary>
    public Tracked? EncodedGradient { get; private set; }

    /// <summary>The gradient at the input, [T × D]; those of parameters go to the pass.</summary>
    public Tracked Backward(Tracked g) => Walk.Backward(_plan, this, g);

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public Tracked Add(Node node, Tracked newer, Tracked older) => _pass.Arithmetic.Add(newer, older)!;

    /// <inheritdoc/>
    public Tracked Forward(Leaf leaf, int chunk, Tracked input)
    {
        _inputs[leaf.Place] = input;
        return leaf switch
        {
            Norm or RmsNorm => (_norms[leaf.Place] = new TrackedNorm(_pass, Name(leaf), leaf is Norm, input)).Output,
            Linear => _pass.Linear(Name(leaf), input),
            Activation activation => _pass.Arithmetic.Activate(input, activation.Kind),
            Attention attention => Attend(attention, input),
            _ => throw leaf.Unread("the rounding of the exact model"),
        };
    }

    /// <inheritdoc/>
    public Tracked Backward(Leaf leaf, int chunk, Tracked gradient) => leaf switch
    {
        Norm or RmsNorm => _norms[leaf.Place].Backward(gradient),
        Linear => _pass.LinearBackward(Name(leaf), _inputs[leaf.Place], gradient),
        Activation activation => _pass.Operations.Hadamard(_pass.Operations.Derivative(activation.Kind, _inputs[leaf.Place]), gradient),
        Attention attention => AttendBackward(attention, gradient),
        _ => throw leaf.Unread("the rounding of the exact model"),
    };

    /// <inheritdoc/>
    public Tracked Multiply(Product product, int chunk, Tracked left, Tracked right)
    {
        _products[product.Place] = (left, right);
        return _pass.Operations.Hadamard(left, right);
    }

    /// <inheritdoc/>
    public (Tracked Left, Tracked Right) MultiplyBackward(Product product, int chunk, Tracked gradient)
    {
        var (left, right) = _products[product.Place];
        return (_pass.Operations.Hadamard(gradient, right), _pass.Operations.Hadamard(gradient, left));
    }

    private Tracked Attend(Attention attention, Tracked input)
    {
        var other = attention.ReadsEncoder ? _encoded! : input;
        return (_attention[attention.Place] = new TrackedAttention(
            _pass,
            attention,
            _pass.Linear(Name(attention.Query), input),
            _pass.Linear(Name(attention.Key), other),
            _pass.Linear(Name(attention.Value), other),
            attention.ReadsEncoder ? null : _positions,
            attention.ReadsEncoder ? null : _iclMask)).Output;
    }

    private Tracked AttendBackward(Attention attention, Tracked gradient)
    {
        var input = _inputs[attention.Place];
        var other = attention.ReadsEncoder ? _encoded! : input;
        var (query, key, value) = _attention[attention.Place].Backward(gradient);
        var queryPath = _pass.LinearBackward(Name(attention.Query), input, query);
        var keyPath = _pass.LinearBackward(Name(attention.Key), other, key);
        var valuePath = _pass.LinearBackward(Name(attention.Value), other, value);
        if (!attention.ReadsEncoder)
        {
            return _pass.Arithmetic.Add(valuePath, _pass.Arithmetic.Add(queryPath, keyPath))!;
        }

        EncodedGradient = _pass.Arithmetic.Add(EncodedGradient, _pass.Arithmetic.Add(valuePath, keyPath));
        return queryPath;
    }

    private string Name(Leaf leaf) => $"{_prefix}{leaf.Place}";
}
