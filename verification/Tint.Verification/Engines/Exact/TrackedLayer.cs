using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>One block of the auxiliary model, forward and backward, its plan read as <see cref="Reference.Exact.ExactLayer"/> runs it, with the rounding of every step.</summary>
internal sealed class TrackedLayer : IForwardReading<Tracked>, IBackwardReading<Tracked>
{
    private readonly Arithmetic _arithmetic;
    private readonly TrackedOperations _operations;
    private readonly AuxiliaryConfiguration _configuration;
    private readonly BlockPlan _plan;
    private readonly AuxiliaryLayer _layer;
    private readonly Matrix<double>? _iclMask;
    private readonly Dictionary<Place, Tracked> _inputs = [];
    private readonly Dictionary<Place, TrackedNorm> _norms = [];
    private readonly Dictionary<Place, TrackedHead[]> _heads = [];
    private readonly Dictionary<Place, ParameterGroup> _gradients = [];
    private Func<Tracked, Matrix<double>> _part = static tracked => tracked.Value;

    public TrackedLayer(
        Arithmetic arithmetic,
        TrackedOperations operations,
        AuxiliaryConfiguration configuration,
        AuxiliaryLayer layer,
        Tracked input,
        Matrix<double>? iclMask)
    {
        (_arithmetic, _operations, _configuration, _layer, _iclMask) = (arithmetic, operations, configuration, layer, iclMask);
        _plan = BlockPlan.Of(configuration);
        Output = Walk.Forward(_plan, this, input);
    }

    /// <summary>The block's output, [T × D].</summary>
    public Tracked Output { get; }

    /// <summary>The gradient at the block's input, and a part of the parameters' gradients, error or value, in the shape of the parameters.</summary>
    public (Tracked Input, AuxiliaryLayer Parameters) Backward(Tracked g, Func<Tracked, Matrix<double>> part)
    {
        _part = part;
        var input = Walk.Backward(_plan, this, g);
        return (input, AuxiliaryLayer.Of(_plan, leaf => _gradients[leaf.Place]));
    }

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public Tracked Add(Node node, Tracked newer, Tracked older) => _arithmetic.Add(newer, older)!;

    /// <inheritdoc/>
    public Tracked Forward(Leaf leaf, int chunk, Tracked input)
    {
        _inputs[leaf.Place] = input;
        return leaf switch
        {
            { IsPublished: false } => throw leaf.Unread("the rounding of the exact model"),
            Norm => (_norms[leaf.Place] =
                TrackedNorm.Forward(_arithmetic, _operations, _layer.Norm(leaf.Place), _configuration.LayerNormEpsilon, input)).Output,
            Linear _ => Linear(_layer.Linear(leaf.Place), input),
            Activation activation => _arithmetic.Activate(input, activation.Kind),
            Attention attention => Attend(attention, input),
            _ => throw leaf.Unread("the rounding of the exact model"),
        };
    }

    /// <inheritdoc/>
    public Tracked Backward(Leaf leaf, int chunk, Tracked gradient) => leaf switch
    {
        Norm => NormBackward(leaf.Place, gradient),
        Linear _ => LinearBackward(leaf.Place, _inputs[leaf.Place], gradient),
        Activation activation => _operations.Hadamard(_operations.Derivative(activation.Kind, _inputs[leaf.Place]), gradient),
        Attention attention => AttendBackward(attention, gradient),
        _ => throw leaf.Unread("the rounding of the exact model"),
    };

    private Tracked Attend(Attention attention, Tracked input)
    {
        Tracked Projected(Linear linear) => Linear(_layer.Linear(linear.Place), input);
        var (q, k, v) = (Projected(attention.Query), Projected(attention.Key), Projected(attention.Value));
        var size = q.ColumnCount / attention.HeadCount;
        var heads = _heads[attention.Place] = [.. Enumerable.Range(0, attention.HeadCount).Select(head => new TrackedHead(
            _arithmetic, [.. Enumerable.Range(head * size, size)], q, k, v, _iclMask))];
        return Join(heads.Select(head => head.Output));
    }

    private Tracked AttendBackward(Attention attention, Tracked gradient)
    {
        var parts = _heads[attention.Place].Select(head => head.Backward(_arithmetic, _operations, gradient)).ToArray();
        Tracked Path(Linear linear, IEnumerable<Tracked> heads) => LinearBackward(linear.Place, _inputs[attention.Place], Join(heads));
        var queryPath = Path(attention.Query, parts.Select(head => head.Query));
        var keyPath = Path(attention.Key, parts.Select(head => head.Key));
        var valuePath = Path(attention.Value, parts.Select(head => head.Value));
        return _arithmetic.Add(valuePath, _arithmetic.Add(queryPath, keyPath))!;
    }

    private Tracked Linear(LinearParameters parameters, Tracked x) => _arithmetic.Add(
        _arithmetic.TransposeAndMultiply(x, new Tracked(parameters.Weight)), TrackedOperations.Repeated(parameters.Bias, x.RowCount))!;

    private Tracked LinearBackward(Place place, Tracked x, Tracked g)
    {
        var input = _arithmetic.Multiply(g, new Tracked(_layer.Linear(place).Weight));
        _gradients[place] = new LinearParameters(
            _part(_arithmetic.TransposeThisAndMultiply(g, x)), _part(_operations.ColumnSums(g)).Column(0));
        return input;
    }

    private Tracked NormBackward(Place place, Tracked g)
    {
        var (input, weight, bias) = _norms[place].Backward(_operations, g);
        _gradients[place] = new LayerNormParameters(_part(weight).Column(0), _part(bias).Column(0));
        return input;
    }

    /// <summary>The heads' columns side by side.</summary>
    private static Tracked Join(IEnumerable<Tracked> heads)
    {
        var all = heads.ToArray();
        return new Tracked(
            all.Select(head => head.Value).Aggregate((left, right) => left.Append(right)),
            all.Select(head => head.Error!).Aggregate((left, right) => left.Append(right)));
    }
}
