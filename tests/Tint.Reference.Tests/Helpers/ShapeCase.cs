using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Tests.Helpers;

/// <summary>An admissible shape, a number of tokens, and the seed of everything random about a case.</summary>
public sealed record ShapeCase(TintConfiguration Configuration, int TokenCount, int Seed)
{
    /// <summary>What is done to the states, [K + T × D_sim], before they are used; null leaves them.</summary>
    internal Action<ShapeCase, Matrix<double>>? Alter { get; init; }

    /// <summary>Hidden states with random numbers in every slot but some, which are exactly zero, as floats.</summary>
    public HiddenStates States()
    {
        var random = new RandomNumbers(Seed);
        var prefixes = Configuration.PrefixCount;
        var states = random.Matrix(prefixes + TokenCount, Configuration.HiddenSize);
        var width = Configuration.Auxiliary.HiddenSize;
        for (var slot = 0; slot <= Configuration.RowsPerPrefix; slot++)
        {
            if (random.OnceIn(5))
            {
                states.SetSubMatrix(0, slot * width, Matrix<double>.Build.Dense(prefixes, width));
            }

            if (random.OnceIn(4))
            {
                states.SetSubMatrix(prefixes, slot * width, Matrix<double>.Build.Dense(TokenCount, width));
            }
        }

        Alter?.Invoke(this, states);
        return HiddenStates.From(Configuration, states);
    }

    /// <summary>Prefixes with random weights.</summary>
    public Slots Prefixes(int index) => Slots.From(
        new RandomNumbers(Seed + (1000 * index)).Matrix(Configuration.PrefixCount, Configuration.HiddenSize),
        Configuration.Auxiliary.HiddenSize);

    /// <summary>A train mask.</summary>
    public IReadOnlyList<double> TrainMask() => new RandomNumbers(Seed + 1).Mask(TokenCount);

    /// <summary>Pairs that may attend, or null for all, by turns.</summary>
    public Matrix<double>? IclMask() => Seed % 2 == 0 ? null : new RandomNumbers(Seed + 2).IclMask(TokenCount);

    public override string ToString()
    {
        var auxiliary = Configuration.Auxiliary;
        return FormattableString.Invariant(
            $"D {auxiliary.HiddenSize} H {auxiliary.HeadCount} {auxiliary.Activation} K {Configuration.PrefixCount} ")
            + FormattableString.Invariant($"D_sim {Configuration.HiddenSize} H_sim {Configuration.HeadCount} T {TokenCount} ")
            + FormattableString.Invariant($"T_max {auxiliary.MaximumPositions} G {Configuration.GateScale} ")
            + FormattableString.Invariant($"η {Configuration.InnerLearningRate} N {Configuration.FiniteDifferenceScale} ")
            + $"restricted {Configuration.RestrictPrefixes} seed {Seed}";
    }
}
