using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>A normalisation's forward pass with rounding, and its backward pass: LayerNorm, with γ and β or without, or RMSNorm.</summary>
internal sealed class TrackedNorm
{
    private readonly TrackedPass _pass;
    private readonly string _name;
    private readonly bool _isCentred;
    private readonly Tracked _normalised;
    private readonly Tracked _inverse;

    /// <summary>Runs forward.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="name">The name of γ and β.</param>
    /// <param name="isCentred">True: LayerNorm, x̂ = (x − μ)/√(var + eps). False: RMSNorm, x̂ = x/√(mean x² + eps).</param>
    /// <param name="x">x, [T × D].</param>
    public TrackedNorm(TrackedPass pass, string name, bool isCentred, Tracked x)
    {
        var (arithmetic, operations) = (pass.Arithmetic, pass.Operations);
        (_pass, _name, _isCentred) = (pass, name, isCentred);
        _normalised = isCentred ? arithmetic.GatedNormalise(x, TrackedScalar.Exact(1), pass.Epsilon) : Mirrored(x);
        Output = Scaled(_normalised);
        _inverse = isCentred ? operations.InverseDeviation(x, pass.Epsilon) : operations.InverseRoot(x, pass.Epsilon);
        if (pass.Parameters.Find($"{name}.bias") is { } bias)
        {
            Output = arithmetic.Add(Output, TrackedOperations.Repeated(bias, x.RowCount))!;
        }
    }

    /// <summary>γ∘x̂ + β, [T × D].</summary>
    public Tracked Output { get; }

    /// <summary>∂x = (u − mean(u) − x̂·mean(u∘x̂))/s with u = γ∘g, of RMSNorm without mean(u); ∂γ = Σ g∘x̂ and ∂β = Σ g.</summary>
    public Tracked Backward(Tracked g)
    {
        // forward: y = γ∘x̂ + β, x̂ = (x − μ)/s
        var operations = _pass.Operations;
        var u = Scaled(g);
        var along = operations.Hadamard(_normalised, operations.RowMeans(operations.Hadamard(u, _normalised)));
        var rest = operations.Subtract(_isCentred ? operations.Subtract(u, operations.RowMeans(u)) : u, along);
        _pass.LearnSum($"{_name}.weight", operations.Hadamard(g, _normalised));
        _pass.LearnSum($"{_name}.bias", g);
        return operations.Hadamard(_inverse, rest);
    }

    /// <summary>A row beside its negative has no mean, and its variance is the mean square of the row.</summary>
    private Tracked Mirrored(Tracked x)
    {
        var arithmetic = _pass.Arithmetic;
        var both = Arithmetic.Beside(x, arithmetic.Scale(x, TrackedScalar.Exact(-1))!);
        return Arithmetic.Columns(
            arithmetic.GatedNormalise(both, TrackedScalar.Exact(1), _pass.Epsilon), [.. Enumerable.Range(0, x.ColumnCount)]);
    }

    private Tracked Scaled(Tracked rows) => _pass.Parameters.Find($"{_name}.weight") is { } weight
        ? _pass.Operations.Hadamard(rows, TrackedOperations.Repeated(weight, rows.RowCount))
        : rows;
}
