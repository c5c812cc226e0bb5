using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Primitives;

/// <summary>The hidden states of one sequence, [K + T × D_sim]: K prefixes that carry auxiliary weights, then T tokens that carry signal and memory.</summary>
/// <remarks>Source: C2.</remarks>
/// <param name="Prefixes">The prefixes' slots, K rows.</param>
/// <param name="Tokens">The tokens' slots, T rows.</param>
public sealed record HiddenStates(Slots Prefixes, Slots Tokens)
{
    /// <summary>Whether these are the states of the twins, each the negative of its position's.</summary>
    /// <remarks>Source: C40.</remarks>
    public bool AreTwins { get; init; }

    /// <summary>The states of the twins: the negatives, exactly; of twins, those of their positions.</summary>
    /// <remarks>Source: C40.</remarks>
    public HiddenStates Twins() => new(Prefixes.Negative(), Tokens.Negative()) { AreTwins = !AreTwins };

    /// <summary>Cuts a matrix [K + T × D_sim] into prefixes and tokens, and these into slots.</summary>
    /// <exception cref="RuleViolationException">The matrix has another width, no token, or holds NaN or infinity.</exception>
    public static HiddenStates From(TintConfiguration configuration, Matrix<double> states)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(states);
        var prefixes = configuration.PrefixCount;
        var tokens = states.RowCount - prefixes;
        if (tokens < 1 || tokens > configuration.Auxiliary.MaximumPositions)
        {
            throw new RuleViolationException(
                "hidden states must have PrefixCount + T rows with T from 1 to Auxiliary.MaximumPositions",
                $"{states.RowCount} rows for PrefixCount {prefixes} and Auxiliary.MaximumPositions {configuration.Auxiliary.MaximumPositions}",
                "pass prefixes first, then the tokens");
        }

        Require.Shape(states, states.RowCount, configuration.HiddenSize, "hidden states");
        Require.Finite(states, "hidden states");
        var width = configuration.Auxiliary.HiddenSize;
        return new HiddenStates(
            Slots.From(states.SubMatrix(0, prefixes, 0, states.ColumnCount), width),
            Slots.From(states.SubMatrix(prefixes, tokens, 0, states.ColumnCount), width));
    }

    /// <summary>The states as one matrix, [K + T × D_sim].</summary>
    public Matrix<double> ToMatrix() => Prefixes.ToMatrix().Stack(Tokens.ToMatrix());

    /// <summary>The error bounds of the states, [K + T × D_sim].</summary>
    public Matrix<double> ToErrorMatrix() => Prefixes.ToErrorMatrix().Stack(Tokens.ToErrorMatrix());

    /// <summary>Adds states slot by slot: a residual connection.</summary>
    public HiddenStates Add(HiddenStates other, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(arithmetic);
        return this with { Prefixes = Prefixes.Zip(other.Prefixes, arithmetic.Add), Tokens = Tokens.Zip(other.Tokens, arithmetic.Add) };
    }
}
