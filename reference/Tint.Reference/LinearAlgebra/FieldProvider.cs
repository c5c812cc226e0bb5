using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.PrimeFields;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// A linear-algebra provider for Math.NET that computes in a prime field: operands are reduced, and so are results. A product of matrices is four products of limbs below 2¹⁷,
/// which the provider before it computes exactly, sums of up to 2¹⁷ terms being below 2⁵².
/// </summary>
/// <param name="field">The field.</param>
/// <param name="inner">The provider that multiplies limbs.</param>
internal sealed class FieldProvider(PrimeField field, ILinearAlgebraProvider inner)
    : ILinearAlgebraProvider, IManagedLinearAlgebra<double>, IManagedLinearAlgebra<float>, IManagedLinearAlgebra<Complex>, IManagedLinearAlgebra<Complex32>
{
    private const int MostTerms = 1 << 17;

    public void AddVectorToScaledVector(double[] y, double alpha, double[] x, double[] result)
    {
        var scaled = Scaling(alpha);
        Combine(y, x, result, (a, b) => field.Add(a, scaled(b)));
    }

    public void ScaleArray(double alpha, double[] x, double[] result)
    {
        var scaled = Scaling(alpha);
        for (var i = 0; i < x.Length; i++)
        {
            result[i] = scaled(field.Of(x[i]));
        }
    }

    public double DotProduct(double[] x, double[] y)
    {
        var products = new double[x.Length];
        Combine(x, y, products, field.Multiply);
        return products.Aggregate(0.0, field.Add);
    }

    public void AddArrays(double[] x, double[] y, double[] result) => Combine(x, y, result, field.Add);

    public void SubtractArrays(double[] x, double[] y, double[] result) => Combine(x, y, result, (a, b) => field.Add(a, -b));

    public void PointWiseMultiplyArrays(double[] x, double[] y, double[] result) => Combine(x, y, result, field.Multiply);

    public void PointWiseDivideArrays(double[] x, double[] y, double[] result) => Combine(x, y, result, (a, b) => field.Multiply(a, field.Inverse(b)));

    public void MatrixMultiply(double[] x, int rowsX, int columnsX, double[] y, int rowsY, int columnsY, double[] result) =>
        MatrixMultiplyWithUpdate(Transpose.DontTranspose, Transpose.DontTranspose, 1, x, rowsX, columnsX, y, rowsY, columnsY, 0, result);

    public void MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, double alpha, double[] a, int rowsA, int columnsA, double[] b, int rowsB, int columnsB, double beta, double[] c)
    {
        if ((transposeA == Transpose.DontTranspose ? columnsA : rowsA) > MostTerms)
        {
            throw new RuleViolationException("products in a prime field must sum at most 2^17 terms", $"{Math.Max(rowsA, columnsA)}", "use smaller matrices");
        }

        var ((highA, lowA), (highB, lowB)) = (Limbs(a), Limbs(b));
        double[] hh = Product(highA, highB), hl = Product(highA, lowB), lh = Product(lowA, highB), ll = Product(lowA, lowB);
        var (alphas, betas) = (Scaling(alpha), Scaling(beta));
        for (var i = 0; i < c.Length; i++)
        {
            var product = alphas(field.Joined(hh[i], hl[i] + lh[i], ll[i]));
            c[i] = beta == 0 ? product : field.Add(product, betas(field.Of(c[i])));
        }

        double[] Product(double[] left, double[] right)
        {
            var result = new double[c.Length];
            inner.MatrixMultiplyWithUpdate(transposeA, transposeB, 1, left, rowsA, columnsA, right, rowsB, columnsB, 0, result);
            return result;
        }
    }

    public bool IsAvailable() => true;

    public void InitializeVerify()
    {
    }

    public void FreeResources()
    {
    }

    public override string ToString() => $"residues modulo {field.Prime} on {inner}";

    private Func<double, double> Scaling(double factor)
    {
        var residue = field.Of(factor);
        return factor == 1 ? static x => x : x => field.Multiply(residue, x);
    }

    private (double[] High, double[] Low) Limbs(double[] entries)
    {
        var (high, low) = (new double[entries.Length], new double[entries.Length]);
        for (var i = 0; i < entries.Length; i++)
        {
            (high[i], low[i]) = PrimeField.Limbs(field.Of(entries[i]));
        }

        return (high, low);
    }

    private void Combine(double[] x, double[] y, double[] result, Func<double, double, double> combine)
    {
        for (var i = 0; i < x.Length; i++)
        {
            result[i] = combine(field.Of(x[i]), field.Of(y[i]));
        }
    }
}
