using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Rounding;

/// <summary>
/// The error of each operand passes to the result: operands are moved by nearly as much as their errors allow, which is far more than rounding moves
/// anything, and the result must stay within its bound.
/// </summary>
public sealed class InheritedErrorTests
{
    /// <summary>The relative error of an operand.</summary>
    private const double Relative = 1e-6;

    /// <summary>How much of it an entry moves by; the rest is room for second-order terms, 1e-12, and for what the comparison itself rounds.</summary>
    private const double Part = 0.99;

    private static readonly Dictionary<string, Func<Arithmetic, Tracked, Tracked, Tracked>> Operations = new()
    {
        ["A·B"] = (arithmetic, a, b) => arithmetic.Multiply(a, b),
        ["A·Bᵀ"] = (arithmetic, a, b) => arithmetic.TransposeAndMultiply(a, b),
        ["Aᵀ·B"] = (arithmetic, a, b) => arithmetic.TransposeThisAndMultiply(a, b),
        ["A + B"] = (arithmetic, a, b) => arithmetic.Add(a, b)!,
        ["B in the place of A"] = (arithmetic, a, b) => arithmetic.Replace(a, b)!,
        ["c·A"] = (arithmetic, a, _) => arithmetic.Scale(a, TrackedScalar.Exact(-0.7))!,
        ["softmax of A"] = (arithmetic, a, _) => arithmetic.Softmax(a, 0.5, firstQuery: 0),
        ["normalised A"] = (arithmetic, a, _) => arithmetic.GatedNormalise(a, TrackedScalar.Exact(0.8), 1e-2),
        ["relu of A"] = (arithmetic, a, _) => arithmetic.Activate(a, ActivationKind.Relu),
        ["gelu_new of A"] = (arithmetic, a, _) => arithmetic.Activate(a, ActivationKind.GeluNew),
    };

    public static TheoryData<string> Names { get; } = [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_error_of_every_operand_passes_to_the_result(string name)
    {
        foreach (var rounding in (RoundingModel[])[new WorstCaseRounding(RoundingModel.DoubleRoundoff), new MeanSquareRounding(RoundingModel.DoubleRoundoff)])
        {
            for (var seed = 0; seed < 20; seed++)
            {
                var random = new RandomNumbers(seed);
                Matrix<double> a = random.Matrix(5, 5), b = random.Matrix(5, 5);
                var moved = (A: Moved(a, random), B: Moved(b, random));
                Passes(name, rounding, (a, b), (moved.A, b), errors: (true, false));
                Passes(name, rounding, (a, b), (a, moved.B), errors: (false, true));
                Passes(name, rounding, (a, b), moved, errors: (true, true));
            }
        }
    }

    private static void Passes(
        string name,
        RoundingModel rounding,
        (Matrix<double> A, Matrix<double> B) operands,
        (Matrix<double> A, Matrix<double> B) moved,
        (bool A, bool B) errors)
    {
        var operation = Operations[name];
        Tracked Operand(Matrix<double> value, bool hasError) => new(value, hasError ? value.PointwiseAbs() * Relative : null);
        var got = operation(Arithmetic.Tracking(rounding), Operand(operands.A, errors.A), Operand(operands.B, errors.B));
        var expected = operation(Arithmetic.Plain, new Tracked(moved.A), new Tracked(moved.B));
        Agreement.Within(rounding, got, Grid.Of(expected.Value));
    }

    /// <summary>Every entry moved by nearly its whole error, up or down.</summary>
    private static Matrix<double> Moved(Matrix<double> value, RandomNumbers random) =>
        value.Map(x => x * (1 + (Part * (random.OnceIn(2) ? Relative : -Relative))));
}
