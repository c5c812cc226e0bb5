using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Primitives;

/// <summary>
/// Turns the queries and keys of a head by their positions, as the auxiliary model does: a layer that TinT lacks, between the projections and the scores of
/// softmax attention. Its parameters are the cosines and sines of T_max positions for each pair of coordinates, T_max·r for r turned ones, shared by all heads.
/// </summary>
/// <remarks>Source: C32.</remarks>
/// <param name="rotation">The angles and pairs.</param>
/// <param name="maximumPositions">T_max.</param>
public sealed class RotaryPositions(Rotation rotation, int maximumPositions)
{
    /// <summary>The roundings of an angle t·base^(…)/divisor, in units of u times the angle, and those of its sine and cosine.</summary>
    private const double Roundings = 4;

    /// <summary>Row t turned by t's angles, [T × d].</summary>
    /// <param name="rows">A head's queries or keys, [T × d], token t in row t.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public Tracked Turn(Tracked rows, Arithmetic arithmetic) => Turn(rows, arithmetic, back: false);

    /// <summary>Row t turned by the negative of t's angles, as gradients at queries and keys are, [T × d].</summary>
    /// <param name="rows">A head's gradients, [T × d], token t in row t.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public Tracked TurnBack(Tracked rows, Arithmetic arithmetic) => Turn(rows, arithmetic, back: true);

    /// <summary>The tables as a transformer holds them, [T_max × r/2] each.</summary>
    public IEnumerable<WeightTensor> Tensors(string name)
    {
        int[] shape = [maximumPositions, rotation.Dimensions / 2];
        WeightTensor Table(string part, Func<double, double> entry) => new($"{name}.{part}", shape, () => Tensor.From(
            Matrix<double>.Build.Dense(shape[0], shape[1], (t, pair) => entry(t * rotation.Frequency(pair)))));
        return [Table("cos", angle => rotation.Angle(angle).Cos), Table("sin", angle => rotation.Angle(angle).Sin)];
    }

    private Tracked Turn(Tracked rows, Arithmetic arithmetic, bool back)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var dimensions = rotation.Dimensions;
        if (dimensions == 0)
        {
            return rows;
        }

        // x′ = x∘cos + partner∘sin, the sine negative at the first of a pair.
        var (partner, pairs, signs) = (new int[dimensions], new int[dimensions], new int[dimensions]);
        for (var pair = 0; pair < dimensions / 2; pair++)
        {
            var (first, second) = rotation.Pair(pair);
            (partner[first], pairs[first], signs[first]) = (second, pair, back ? 1 : -1);
            (partner[second], pairs[second], signs[second]) = (first, pair, back ? -1 : 1);
        }

        double Angle(int t, int c) => t * rotation.Frequency(pairs[c]);
        Tracked Table(Func<int, int, double> entry) => new(
            Matrix<double>.Build.Dense(rows.RowCount, dimensions, entry),
            arithmetic.Tracks
                ? Matrix<double>.Build.Dense(rows.RowCount, dimensions, (t, c) => t == 0 ? 0 : Roundings * (1 + Angle(t, c)) * arithmetic.UnitRoundoff)
                : null);
        var turned = arithmetic.Add(
            arithmetic.PointwiseMultiply(
                Arithmetic.Columns(rows, [.. Enumerable.Range(0, dimensions)]), Table((t, c) => rotation.Angle(Angle(t, c)).Cos)),
            arithmetic.PointwiseMultiply(Arithmetic.Columns(rows, partner), Table((t, c) => signs[c] * rotation.Angle(Angle(t, c)).Sin)))!;
        return dimensions == rows.ColumnCount
            ? turned
            : Arithmetic.Beside(turned, Arithmetic.Columns(rows, [.. Enumerable.Range(dimensions, rows.ColumnCount - dimensions)]));
    }
}
