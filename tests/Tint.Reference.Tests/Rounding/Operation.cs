using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Rounding;

/// <summary>
/// An operation on random operands, by <see cref="Arithmetic"/> in doubles and by plain loops in float32. The operands are no floats: they are
/// rounded on entry, which their tracked errors say.
/// </summary>
/// <param name="Tracked">The operation, given arithmetic.</param>
/// <param name="Single">The same operation with every operand and every intermediate result rounded to float32.</param>
internal sealed record Operation(Func<Arithmetic, Tracked> Tracked, Func<double[,]> Single)
{
    private static readonly FloatFormat Format = FloatFormat.Binary32;

    /// <summary>All operations by name; each makes its operands from a size and a seed.</summary>
    public static IReadOnlyDictionary<string, Func<OperationSize, Operation>> All { get; } = new Dictionary<string, Func<OperationSize, Operation>>
    {
        ["A·B"] = size =>
        {
            var (a, b) = (new Operand(size, size.Rows, size.Inner, 1), new Operand(size, size.Inner, size.Columns, 2));
            return new Operation(
                arithmetic => arithmetic.Multiply(a.Tracked, b.Tracked),
                () => Product(size.Rows, size.Columns, size.Inner, (i, k) => a.Single(i, k), (k, j) => b.Single(k, j)));
        },
        ["A·Bᵀ"] = size =>
        {
            var (a, b) = (new Operand(size, size.Rows, size.Inner, 1), new Operand(size, size.Columns, size.Inner, 2));
            return new Operation(
                arithmetic => arithmetic.TransposeAndMultiply(a.Tracked, b.Tracked),
                () => Product(size.Rows, size.Columns, size.Inner, (i, k) => a.Single(i, k), (k, j) => b.Single(j, k)));
        },
        ["Aᵀ·B"] = size =>
        {
            var (a, b) = (new Operand(size, size.Inner, size.Rows, 1), new Operand(size, size.Inner, size.Columns, 2));
            return new Operation(
                arithmetic => arithmetic.TransposeThisAndMultiply(a.Tracked, b.Tracked),
                () => Product(size.Rows, size.Columns, size.Inner, (i, k) => a.Single(k, i), (k, j) => b.Single(k, j)));
        },
        ["A + B"] = size =>
        {
            var (a, b) = (new Operand(size, size.Rows, size.Columns, 1), new Operand(size, size.Rows, size.Columns, 2));
            return new Operation(
                arithmetic => arithmetic.Add(a.Tracked, b.Tracked)!,
                () => Grid.Of(size.Rows, size.Columns, (i, j) => Format.Add(a.Single(i, j), b.Single(i, j))));
        },
        ["c·A"] = size =>
        {
            var a = new Operand(size, size.Rows, size.Columns, 1);
            var c = new RandomNumbers(size.Seed + 3).Uniform();
            return new Operation(
                arithmetic => arithmetic.Scale(a.Tracked, new TrackedScalar(c, c * arithmetic.UnitRoundoff))!,
                () => Grid.Of(size.Rows, size.Columns, (i, j) => Format.Times(Format.Round(c), a.Single(i, j))));
        },
        ["x + (m − x)"] = size =>
        {
            var (x, m) = (new Operand(size, size.Rows, size.Columns, 1), new Operand(size, size.Rows, size.Columns, 2));
            return new Operation(
                arithmetic => arithmetic.Replace(x.Tracked, m.Tracked)!,
                () => Grid.Of(size.Rows, size.Columns, (i, j) =>
                    Format.Add(x.Single(i, j), Format.Subtract(m.Single(i, j), x.Single(i, j)))));
        },
        ["softmax"] = size => Softmax(size, causal: false, masked: false),
        ["causal softmax"] = size => Softmax(size, causal: true, masked: false),
        ["masked causal softmax"] = size => Softmax(size, causal: true, masked: true),
        ["normalisation"] = size => Normalise(size, gate: 50),
        ["normalisation behind a leaking gate"] = size => Normalise(size, gate: 0.7),
        ["relu"] = size => Activate(size, ActivationKind.Relu),
        ["gelu"] = size => Activate(size, ActivationKind.Gelu),
        ["gelu_new"] = size => Activate(size, ActivationKind.GeluNew),
    };

    private static double[,] Product(int rows, int columns, int inner, Func<int, int, double> a, Func<int, int, double> b) =>
        Grid.Of(rows, columns, (i, j) => Format.Sum(Enumerable.Range(0, inner).Select(k => Format.Times(a(i, k), b(k, j)))));

    private static Operation Softmax(OperationSize size, bool causal, bool masked)
    {
        var columns = causal ? size.Rows : size.Columns;
        var a = new Operand(size, size.Rows, columns, 1);
        var allowed = masked ? new RandomNumbers(size.Seed + 4).IclMask(size.Rows) : null;
        const double Scale = 0.3;
        bool Counts(int i, int j) => (!causal || j <= i) && (allowed is null || allowed[i, j] == 1);
        return new Operation(
            arithmetic => arithmetic.Softmax(a.Tracked, Scale, causal, allowed),
            () =>
            {
                var exponents = Grid.Of(size.Rows, columns, (i, j) => Format.Times(Format.Round(Scale), a.Single(i, j)));
                double Power(int i, int j) => Format.Exp(Format.Subtract(
                    exponents[i, j], Enumerable.Range(0, columns).Where(k => Counts(i, k)).Max(k => exponents[i, k])));
                return Grid.Of(size.Rows, columns, (i, j) => Counts(i, j)
                    ? Format.Divide(Power(i, j), Format.Sum(Enumerable.Range(0, columns).Where(k => Counts(i, k)).Select(k => Power(i, k))))
                    : 0);
            });
    }

    private static Operation Normalise(OperationSize size, double gate)
    {
        const double Epsilon = 1e-5;
        var x = new Operand(size, size.Rows, size.Columns, 1);
        return new Operation(
            arithmetic => arithmetic.GatedNormalise(
                x.Tracked, new TrackedScalar(Math.Tanh(gate), gate > 35 ? 0 : 2 * arithmetic.UnitRoundoff * Math.Tanh(gate)), Epsilon),
            () =>
            {
                var w = Enumerable.Repeat(Format.Tanh(Format.Round(gate)), size.Columns).ToArray();
                double[][] rows = [.. Enumerable.Range(0, size.Rows).Select(row => DenseLayerNorm.NormaliseRow(
                    Format, [.. w.Select((_, c) => x.Single(row, c))], w, Epsilon))];
                return Grid.Of(size.Rows, size.Columns, (row, c) => rows[row][c]);
            });
    }

    private static Operation Activate(OperationSize size, ActivationKind kind)
    {
        var z = new Operand(size, size.Rows, size.Columns, 1);
        return new Operation(
            arithmetic => arithmetic.Activate(z.Tracked, kind),
            () => Grid.Of(size.Rows, size.Columns, (i, j) => Format.Activate(kind, z.Single(i, j))));
    }

    private sealed class Operand(OperationSize size, int rows, int columns, int index)
    {
        private readonly Matrix<double> _values = size.Values(rows, columns, index);

        /// <summary>The operand with |x|·u for its rounding to float32.</summary>
        public Tracked Tracked => new(_values, _values.PointwiseAbs() * Format.Apart);

        public double Single(int row, int column) => Format.Round(_values[row, column]);
    }
}
