using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Rounding;

namespace Tint.Reference.Keeping;

/// <summary>Where the matrices wait that a pass needs again later. Calls may come from several threads.</summary>
public abstract class MatrixStore
{
    private protected MatrixStore(NumberFormat format)
    {
        Format = Require.Defined(format, "the number format");
    }

    /// <summary>Keeps the matrices themselves: nothing is copied or rounded.</summary>
    public static MatrixStore Unchanged { get; } = new MemoryStore(NumberFormat.Binary64);

    /// <summary>Keeps matrices in memory, rounded to float32.</summary>
    public static MatrixStore Rounded { get; } = new MemoryStore(NumberFormat.Binary32);

    /// <summary>How the numbers are written down.</summary>
    public NumberFormat Format { get; }

    /// <summary>Keeps a matrix, which its owner will not change any more.</summary>
    /// <exception cref="RuleViolationException">A number does not fit the format, or a scratch file cannot take it.</exception>
    public IKept<Matrix<double>> Keep(Matrix<double> matrix) => Keep(matrix, Format);

    /// <summary>Keeps a matrix in the same place, but as it is.</summary>
    /// <exception cref="RuleViolationException">A scratch file cannot take it.</exception>
    public IKept<Matrix<double>> KeepExactly(Matrix<double> matrix) => Keep(matrix, NumberFormat.Binary64);

    private protected abstract IKept<Matrix<double>> Keep(Matrix<double> matrix, NumberFormat format);

    /// <summary>How far a number may come back from where it was: u|x| and half of binary32's least number, or 0 where nothing is rounded.</summary>
    public double Roundoff(double x) =>
        Format == NumberFormat.Binary64 ? 0 : (RoundingModel.SingleRoundoff * Math.Abs(x)) + (0.5 * float.Epsilon);
}
