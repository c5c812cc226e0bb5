using MathNet.Numerics.LinearAlgebra;
using Tint.Experiments.Text;
using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>
/// The parameters that training begins with, for every family alike: nearly normal numbers of standard deviation 0.02, 0.02/√(2L) for the projections that add
/// to the residual stream; no bias; normalisations that scale by 1.
/// </summary>
internal static class InitialParameters
{
    private const double Deviation = 0.02;

    /// <summary>Parameters that follow from model and seed.</summary>
    public static ParameterSet Of(FamilyConfiguration model, int seed)
    {
        var tensors = model.Tensors();
        var adding = tensors.SelectMany(tensor => tensor.Places).Count(IsAdding);
        var (parameters, stream) = (new ParameterSet(), 0);
        foreach (var tensor in tensors)
        {
            foreach (var (place, rows, columns) in tensor.Parts)
            {
                parameters.Set(place, tensor.Shape.Count == 1
                    ? Matrix<double>.Build.Dense(rows, columns, place.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0)
                    : Matrix<double>.Build.Dense(rows, columns, new SeededNumbers(seed, stream++).Normal(
                        rows * columns, IsAdding(place) ? Deviation / Math.Sqrt(adding) : Deviation)));
            }
        }

        return parameters;
    }

    private static bool IsAdding(string place) =>
        place.EndsWith("attention.output.weight", StringComparison.Ordinal) || place.EndsWith("mlp.outer.weight", StringComparison.Ordinal);
}
