using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;

namespace Tint.Reference.Tests.Certificates;

/// <summary>An entry of activation's backward.</summary>
public sealed record ActivationCase(double Z, double G, double Scale);

/// <summary>A token of LayerNorm's backward.</summary>
public sealed record LayerNormCase(Vector<double> X, Vector<double> U, double Scale, double Epsilon)
{
    public override string ToString() => $"x = [{string.Join(", ", X)}], u = [{string.Join(", ", U)}], N = {Scale}, eps = {Epsilon}";
}

/// <summary>A head of attention with a gradient at its output and a train mask.</summary>
public sealed record HeadCase(AttentionHead Head, Matrix<double> G, Vector<double> Mask);

/// <summary>Generators of the certificates' inputs, log-uniform in magnitude so that extremes come up in every run.</summary>
public static class Cases
{
    public static Arbitrary<ActivationCase> Activation() =>
        (from z in Gen.Frequency((1, Gen.Constant(0.0)), (8, OfEitherSign(-2, 1.2)), (3, OfEitherSign(-20, 6)))
         from g in Gen.Frequency((4, OfEitherSign(-3, 3)), (2, OfEitherSign(-25, 12)))
         from scale in Gen.Frequency((1, Gen.Constant(1000.0)), (3, Magnitude(-2, 8)))
         select new ActivationCase(z, g, scale)).ToArbitrary();

    public static Arbitrary<LayerNormCase> LayerNorm() =>
        (from width in Gen.Choose(2, 7)
         from spread in Magnitude(-6, 4)
         from mean in Gen.Frequency((3, Gen.Constant(0.0)), (2, OfEitherSign(-3, 6)))
         from x in VectorOf(width, Gen.Choose(-1000, 1000).Select(i => mean + (spread * i / 1000)))
         from size in Magnitude(-8, 6)
         from u in VectorOf(width, Gen.Choose(-1000, 1000).Select(i => size * i / 1000))
         from scale in Gen.Frequency((1, Gen.Constant(1000.0)), (3, Magnitude(-1, 7)))
         from epsilon in Magnitude(-12, 0)
         select new LayerNormCase(x, u, scale, epsilon)).ToArbitrary();

    public static Arbitrary<HeadCase> Head() =>
        (from tokens in Gen.Choose(1, 5)
         from width in Gen.Choose(1, 3)
         from sharpness in Magnitude(-2, 2)
         from spread in Magnitude(-10, 2)
         from centre in Gen.Frequency((1, Gen.Constant(0.0)), (2, OfEitherSign(-2, 3)))
         from size in Magnitude(-6, 6)
         from query in MatrixOf(tokens, width, Unit().Select(x => sharpness * x))
         from key in MatrixOf(tokens, width, Unit())
         from value in MatrixOf(tokens, width, Unit().Select(x => centre + (spread * x)))
         from g in MatrixOf(tokens, width, Unit().Select(x => size * x))
         from mask in VectorOf(tokens, Gen.Choose(0, 1).Select(bit => (double)bit))
         select new HeadCase(Softmax(query, key, value), g, mask)).ToArbitrary();

    /// <summary>A causal head with the softmax weights of its queries and keys.</summary>
    public static AttentionHead Softmax(Matrix<double> query, Matrix<double> key, Matrix<double> value)
    {
        var scale = 1 / Math.Sqrt(query.ColumnCount);
        var weights = Matrix<double>.Build.Dense(query.RowCount, query.RowCount);
        for (var i = 0; i < query.RowCount; i++)
        {
            var scores = Enumerable.Range(0, i + 1).Select(j => scale * query.Row(i).DotProduct(key.Row(j))).ToArray();
            var exponentials = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
            for (var j = 0; j <= i; j++)
            {
                weights[i, j] = exponentials[j] / exponentials.Sum();
            }
        }

        return new(weights, query, key, value, scale);
    }

    public static Gen<double> Magnitude(double lowest, double highest) =>
        Gen.Choose(0, 1_000_000).Select(i => Math.Pow(10, lowest + ((highest - lowest) * i / 1e6)));

    public static Gen<double> OfEitherSign(double lowest, double highest) =>
        from sign in Gen.Elements(-1, 1)
        from magnitude in Magnitude(lowest, highest)
        select sign * magnitude;

    private static Gen<double> Unit() => Gen.Choose(-1_000_000, 1_000_000).Select(i => i / 1e6);

    private static Gen<Vector<double>> VectorOf(int length, Gen<double> entry) =>
        entry.ArrayOf(length).Select(entries => Vector<double>.Build.Dense(entries));

    private static Gen<Matrix<double>> MatrixOf(int rows, int columns, Gen<double> entry) =>
        entry.ArrayOf(rows * columns).Select(entries => Matrix<double>.Build.Dense(rows, columns, entries));
}
