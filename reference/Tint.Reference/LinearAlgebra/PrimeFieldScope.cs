using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.PrimeFields;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// While it is open, the whole process computes in a prime field: Math.NET's products, sums and scalings by a provider of its own, the loops over columns and the
/// activations of this library by theirs. Everything else, the code of the construction and of the closed forms, runs as it always does.
/// </summary>
/// <remarks>
/// What code computes between two reductions is plain float64 arithmetic, which is exact on dyadic rationals of few bits (<see cref="PrimeField"/>): ρ, η, N, eps and scales have
/// to be such numbers. What has left them is refused where it is read next. One scope at a time; nothing else may compute meanwhile.
/// </remarks>
public sealed class PrimeFieldScope : IDisposable
{
    private static readonly Lock Entering = new();
    private readonly ILinearAlgebraProvider _before;
    private readonly UninterpretedFunctions _functions;
    private bool _isClosed;

    private PrimeFieldScope(PrimeField field, long key)
    {
        Field = field;
        _before = LinearAlgebraControl.Provider;
        _functions = new UninterpretedFunctions(field, key);
        FieldLoops.Current = new FieldLoops(field, _functions);
        LinearAlgebraControl.Provider = new FieldProvider(field, _before);
    }

    /// <summary>The field.</summary>
    public PrimeField Field { get; }

    /// <summary>How often each uninterpreted function (e^x, √x, σ) has been applied in this scope, repetitions included.</summary>
    public IReadOnlyDictionary<string, long> Applications => _functions.Applications;

    /// <summary>Opens a scope.</summary>
    /// <param name="field">The field.</param>
    /// <param name="key">What the uninterpreted functions are drawn by.</param>
    /// <exception cref="InvalidOperationException">One is open.</exception>
    public static PrimeFieldScope Enter(PrimeField field, long key)
    {
        ArgumentNullException.ThrowIfNull(field);
        lock (Entering)
        {
            return FieldLoops.Current is null
                ? new PrimeFieldScope(field, key)
                : throw new InvalidOperationException("the process computes in a prime field already");
        }
    }

    /// <summary>Numbers are real again.</summary>
    public void Dispose()
    {
        lock (Entering)
        {
            if (!_isClosed)
            {
                (_isClosed, FieldLoops.Current, LinearAlgebraControl.Provider) = (true, null, _before);
            }
        }
    }
}
