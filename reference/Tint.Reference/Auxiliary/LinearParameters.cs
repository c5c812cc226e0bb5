using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>A linear layer y = W x + b of the auxiliary model.</summary>
/// <param name="Weight">W, [out × in].</param>
/// <param name="Bias">b, [out].</param>
public sealed record LinearParameters(Matrix<double> Weight, Vector<double> Bias) : ParameterGroup
{
    /// <summary>W, [out × in].</summary>
    public Matrix<double> Weight { get; init => field = Require.Present(value, "the weight of a linear layer"); } =
        Require.Present(Weight, "the weight of a linear layer");

    /// <summary>b, [out].</summary>
    public Vector<double> Bias { get; init => field = Require.Present(value, "the bias of a linear layer"); } =
        Require.Present(Bias, "the bias of a linear layer");

    /// <summary>What one chunk of a layer holds: its rows, or its columns and an equal share of the bias.</summary>
    /// <param name="leaf">How the layer is cut.</param>
    /// <param name="chunk">The number of the chunk.</param>
    /// <exception cref="RuleViolationException">The parts would not be equal.</exception>
    public LinearParameters Part(Linear leaf, int chunk)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        if (leaf is { OutputParts: 1, InputParts: 1 })
        {
            return this;
        }

        if (leaf.Outputs % leaf.OutputParts != 0 || leaf.Inputs % leaf.InputParts != 0)
        {
            throw new RuleViolationException(
                $"the {leaf.Place.Words} must be cut into equal parts",
                $"[{leaf.Outputs} × {leaf.Inputs}] in {leaf.OutputParts} · {leaf.InputParts}",
                "use an inner width that is a multiple of the hidden size");
        }

        int rows = leaf.Outputs / leaf.OutputParts, columns = leaf.Inputs / leaf.InputParts;
        int row = leaf.OutputParts == 1 ? 0 : chunk * rows, column = leaf.InputParts == 1 ? 0 : chunk * columns;
        return new(Weight.SubMatrix(row, rows, column, columns), Bias.SubVector(row, rows).Divide(leaf.InputParts));
    }

    /// <summary>A layer from what its chunks hold; the inverse of <see cref="Part"/> but for the rounding of the bias's shares.</summary>
    /// <param name="leaf">How the layer is cut.</param>
    /// <param name="parts">The parts, chunk by chunk.</param>
    public static LinearParameters Joined(Linear leaf, IReadOnlyList<LinearParameters> parts)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        return leaf.OutputParts > 1
            ? new(
                parts.Select(part => part.Weight).Aggregate((above, below) => above.Stack(below)),
                Vector<double>.Build.DenseOfEnumerable(parts.SelectMany(part => part.Bias)))
            : new(
                parts.Select(part => part.Weight).Aggregate((left, right) => left.Append(right)),
                parts.Select(part => part.Bias).Aggregate((sum, bias) => sum + bias));
    }
}
