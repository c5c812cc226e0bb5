using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Laws;

/// <summary>Puts a case into the setting that a law speaks of.</summary>
internal static class Setting
{
    /// <summary>The case with another configuration of the same auxiliary model.</summary>
    public static LawCase With(this LawCase item, Func<TintConfiguration, TintConfiguration> change) =>
        item with { Configuration = change(item.Configuration) };

    /// <summary>The case with departures switched.</summary>
    public static LawCase Departing(this LawCase item, Func<Departures, Departures> change) =>
        item.With(configuration => configuration with { Departures = change(configuration.Departures) });

    /// <summary>V3 off: gates of 1.</summary>
    public static LawCase ExactGates(this LawCase item) => item.Departing(departures => departures with { GateLeak = false });

    /// <summary>The case with central differences.</summary>
    public static LawCase Central(this LawCase item) => item.With(configuration => configuration with { Stencil = Stencil.Central });

    /// <summary>The case with the widest TinT heads that its auxiliary model admits; null where they have no room for the score path.</summary>
    public static LawCase? Wide(this LawCase item)
    {
        var (c, auxiliary) = (item.Configuration, item.Auxiliary);
        var heads = AdmissibleShapes.HeadCounts(auxiliary.HiddenSize, auxiliary.HeadCount, c.HiddenSize).First();
        return c.HiddenSize / heads < 2 * auxiliary.HeadSize ? null : item.With(configuration => configuration with { HeadCount = heads });
    }

    /// <summary>The case with its first sequence alone.</summary>
    public static LawCase Alone(this LawCase item) => item with { Batch = [item.Batch[0]] };

    /// <summary>The case with every sequence changed.</summary>
    public static LawCase Sequences(this LawCase item, Func<TokenSequence, TokenSequence> change) =>
        item with { Batch = [.. item.Batch.Select(change)] };

    /// <summary>One step, whatever the case has.</summary>
    public static LawCase OneStep(this LawCase item) => item.With(configuration => configuration with { SgdSteps = 1 });

    /// <summary>No step.</summary>
    public static LawCase NoStep(this LawCase item) => item.With(configuration => configuration with { SgdSteps = 0 });

    /// <summary>Numbers that a law draws for itself.</summary>
    public static Numbers Numbers(this LawCase item) => new((ulong)item.Choice);

    /// <summary>The lowest block's first normalisation; one case in three has a dense map in γ's place, as a descent leaves it.</summary>
    public static LayerNormParameters Norm(this LawCase item)
    {
        var norm = item.Layer.AttentionNorm;
        if (item.Choice % 3 > 0)
        {
            return norm;
        }

        var dense = Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight)
            + item.Numbers().Matrix(norm.Weight.Count, norm.Weight.Count, 0.125);
        return new LayerNormParameters(dense.Diagonal(), norm.Bias) { Dense = dense };
    }

    /// <summary>Memory of a normalisation that no forward pass has written.</summary>
    public static LayerNormMemory NormMemory(this LawCase item) => new(item.Memory[0], item.Memory[1]);

    /// <summary>Memory of attention that no forward pass has written.</summary>
    public static AttentionMemory AttentionMemory(this LawCase item) => new(item.Memory[0], item.Memory[1], item.Memory[2]);

    /// <summary>ρ.</summary>
    public static double Gate(this LawCase item) => SimulatedGate.Factor(item.Configuration);

    /// <summary>The rows of a matrix with m_t = 1; the others zero.</summary>
    public static Matrix<double> Masked(Matrix<double> matrix, IReadOnlyList<double> mask) =>
        Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (t, d) => mask[t] * matrix.At(t, d));

    /// <summary>Numbers to 20 binary places, so that sums of a few of them are exact.</summary>
    public static Matrix<double> Grid(Matrix<double> matrix) => matrix.Map(OnGrid, Zeros.Include);

    /// <inheritdoc cref="Grid(Matrix{double})"/>
    public static Vector<double> Grid(Vector<double> vector) => vector.Map(OnGrid, Zeros.Include);

    private static double OnGrid(double value) => Math.Round(value * (1 << 20)) / (1 << 20);
}
