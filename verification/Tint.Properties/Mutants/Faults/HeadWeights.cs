using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Softmax attention of the auxiliary heads in which a fault decides what takes part, written out plainly.</summary>
internal static class HeadWeights
{
    /// <summary>Row i: Σ_j a_ij v_j head by head, [T × D_aux], with a_i = weights(i, scaled scores s_ij over all tokens j).</summary>
    public static Matrix<double> Attend(
        AuxiliaryConfiguration auxiliary,
        Matrix<double> query,
        Matrix<double> key,
        Matrix<double> value,
        Func<int, IReadOnlyList<double>, IReadOnlyList<double>> weights)
    {
        var (tokens, size) = (query.RowCount, auxiliary.HeadSize);
        var result = Matrix<double>.Build.Dense(tokens, auxiliary.HiddenSize);
        for (var head = 0; head < auxiliary.HeadCount; head++)
        {
            Matrix<double> Part(Matrix<double> matrix) => matrix.SubMatrix(0, tokens, head * size, size);
            var scores = Part(query).TransposeAndMultiply(Part(key)) / Math.Sqrt(size);
            var a = Matrix<double>.Build.DenseOfRows(scores.EnumerateRows().Select((row, i) => weights(i, [.. row])));
            result.SetSubMatrix(0, head * size, a * Part(value));
        }

        return result;
    }

    /// <summary>exp(s_j) over the tokens that may be seen, 0 elsewhere, divided by their sum and <paramref name="others"/> more terms e^0.</summary>
    public static IReadOnlyList<double> Softmax(IReadOnlyList<double> scores, Func<int, bool> visible, int others = 0)
    {
        double[] powers = [.. scores.Select((score, j) => visible(j) ? score : double.NegativeInfinity), .. Enumerable.Repeat(0.0, others)];
        var sum = Elementwise.Exponentials(powers, 1, Elementwise.Largest(powers, 1));
        Elementwise.Divide(powers, sum);
        return powers[..scores.Count];
    }

    /// <summary>Whether token i may attend to token j ≤ i.</summary>
    public static bool Sees(int i, int j, Matrix<double>? iclMask) => j <= i && (iclMask is null || iclMask.At(i, j) != 0);
}
