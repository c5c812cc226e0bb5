using Tint.Proofs.Claims;
using Tint.Proofs.Drawing;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.PrimeFields;

namespace Tint.Proofs.Proving;

/// <summary>Draws until a claim is refuted, or until it would have been but for a small enough probability.</summary>
/// <param name="implementation">What stands on the left of claims.</param>
/// <param name="seed">Another seed, other draws.</param>
internal sealed class Prover(ITint implementation, int seed)
{
    private const int MostRedraws = 16;

    /// <summary>Proves or refutes a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="bits">A fault is to be missed with a probability below 2 to the power of minus this.</param>
    /// <param name="cancellationToken">Cancels the proof, between two draws.</param>
    /// <exception cref="OperationCanceledException">The proof was cancelled.</exception>
    /// <exception cref="RuleViolationException">The claim is so large that a draw says nothing.</exception>
    public Proof Prove(Claim claim, double bits, CancellationToken cancellationToken = default)
    {
        var (primes, redrawn, log, applications, entries) = (new List<long>(), 0, 0.0, 0L, 0);
        Refutation? refutation = null;
        for (var attempt = 0; refutation is null && log > -bits; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var draw = new Draw(Numbers.Mix((ulong)(uint)seed + Numbers.Mix(Name(claim.Name) + (ulong)attempt)));
            using var scope = PrimeFieldScope.Enter(draw.Field, draw.Key);
            try
            {
                (refutation, entries) = Compare(claim, draw, primes.Count);
            }
            catch (ZeroDivisorException) when (++redrawn <= MostRedraws)
            {
                continue;
            }

            primes.Add(draw.Field.Prime);
            var applied = scope.Applications.Values.ToArray();
            applications = Math.Max(applications, applied.Sum());
            var missed = ErrorBound.LogMissed(claim.Degrees, applied);
            log += missed < 0 ? missed : throw new RuleViolationException(
                "a draw must say something about a claim", $"{applied.Sum()} applications of functions in {claim.Name}", "use a smaller shape");
        }

        return new Proof
        {
            Claim = claim.Name,
            About = claim.About,
            Degree = claim.Degrees.Output.Value,
            ArgumentDegree = claim.Degrees.Argument.Value,
            Entries = entries,
            Applications = applications,
            Primes = primes,
            Redrawn = redrawn,
            LogMissed = log,
            Refutation = refutation,
        };
    }

    private (Refutation? Refutation, int Entries) Compare(Claim claim, Draw draw, int number)
    {
        Part[] expected = [.. claim.Right(draw.Again())];
        var (finding, hasResidues) = ((string?)null, true);
        try
        {
            Part[] found = [.. claim.Left(implementation, draw.Again())];
            finding = FirstDifference(draw.Field, found, expected);
        }
        catch (Exception exception) when (Cause(exception) is not (ZeroDivisorException or OutOfMemoryException))
        {
            (finding, hasResidues) = ($"no value in the field: {Cause(exception).Message}", false);
        }

        return (finding is null ? null : new Refutation(number, draw.Field.Prime, finding, hasResidues), expected.Sum(part => part.Value.RowCount * part.Value.ColumnCount));
    }

    private static string? FirstDifference(PrimeField field, Part[] found, Part[] expected)
    {
        foreach (var (left, right) in found.Zip(expected))
        {
            if (left.Name != right.Name || left.Value.RowCount != right.Value.RowCount || left.Value.ColumnCount != right.Value.ColumnCount)
            {
                return FormattableString.Invariant(
                    $"{left.Name} [{left.Value.RowCount} × {left.Value.ColumnCount}] where {right.Name} [{right.Value.RowCount} × {right.Value.ColumnCount}] belongs");
            }

            for (var i = 0; i < left.Value.RowCount; i++)
            {
                for (var j = 0; j < left.Value.ColumnCount; j++)
                {
                    var (a, b) = (field.Of(left.Value.At(i, j)), field.Of(right.Value.At(i, j)));
                    if (a != b)
                    {
                        return FormattableString.Invariant($"{left.Name}[{i}, {j}] is {a} and in closed form {b}");
                    }
                }
            }
        }

        return found.Length == expected.Length ? null : $"{found.Length} tensors for {expected.Length}";
    }

    private static Exception Cause(Exception exception) => exception is AggregateException { InnerException: { } inner } ? Cause(inner) : exception;

    private static ulong Name(string name) => name.Aggregate(0UL, (hash, letter) => Numbers.Mix(hash + letter));
}
