using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>Activations that no family has, and derivatives by which the finite difference may be replaced.</summary>
internal static class ActivationMistakes
{
    private static readonly (string Words, Func<double, double> Of)[] Others =
    [
        ("There is no activation", z => z),
        ("The activation is tanh", Math.Tanh),
        ("The activation is the sigmoid", Sigmoid),
        ("The activation is softplus", z => Math.Log(1 + Math.Exp(z))),
        ("The activation is a leaky relu", z => z > 0 ? z : 0.01 * z),
        ("The activation is elu", z => z > 0 ? z : Math.Exp(z) - 1),
        ("The activation is relu, squared", z => z > 0 ? z * z : 0),
        ("The activation is relu, at most 6", z => Math.Clamp(z, 0, 6)),
        ("gelu lacks the cubic term", z => 0.5 * z * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * z))),
        ("gelu lacks the factor 1/2", z => z * (1 + Math.Tanh(Inner(z)))),
        ("gelu lacks √(2/π)", z => 0.5 * z * (1 + Math.Tanh(z + (0.044715 * z * z * z)))),
    ];

    private static readonly (string Words, Func<double, double> Of)[] Derivatives =
    [
        ("The derivative is 1", _ => 1),
        ("The derivative is that of relu", z => z > 0 ? 1 : 0),
        ("The derivative is gelu's without the term of the product rule: (1 + tanh)/2", z => 0.5 * (1 + Math.Tanh(Inner(z)))),
        ("The derivative is gelu's without the derivative of the inner polynomial", z => (0.5 * (1 + Math.Tanh(Inner(z)))) + (0.5 * z * (1 - Math.Pow(Math.Tanh(Inner(z)), 2)) * Math.Sqrt(2 / Math.PI))),
        ("The derivative is that of silu", z => Sigmoid(z) * (1 + (z * (1 - Sigmoid(z))))),
        ("The derivative is silu's without the term of the product rule", Sigmoid),
        ("The derivative is that of the sigmoid", z => Sigmoid(z) * (1 - Sigmoid(z))),
        ("The derivative is that of tanh", z => 1 - Math.Pow(Math.Tanh(z), 2)),
    ];

    /// <summary>The forward pass with another activation.</summary>
    public static IEnumerable<(string Name, string Sentence, Func<Matrix<double>> Value)> Forward(TintConfiguration configuration, Matrix<double> z) => Others.Select(other => (
        "activation.another", $"{other.Words}.", (Func<Matrix<double>>)(() => SimulatedGate.Factor(configuration) * z.Map(other.Of, Zeros.Include))));

    /// <summary>The backward pass by a derivative, or by a finite difference of another activation.</summary>
    public static IEnumerable<(string Name, string Sentence, Func<Matrix<double>> Value)> Backward(TintConfiguration configuration, Matrix<double> memory, Matrix<double> gradient)
    {
        var scale = configuration.FiniteDifferenceScale;
        return
        [
            .. Derivatives.Select(other => ("activation.another-derivative", $"{other.Words}.", (Func<Matrix<double>>)(() => memory.Map(other.Of, Zeros.Include).PointwiseMultiply(gradient)))),
            .. Others.Select(other => ("activation.another", $"Backward: {other.Words}.", (Func<Matrix<double>>)(() =>
                scale * ((memory + (gradient / scale)).Map(other.Of, Zeros.Include) - memory.Map(other.Of, Zeros.Include))))),
        ];
    }

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    private static double Inner(double z) => Math.Sqrt(2 / Math.PI) * (z + (0.044715 * z * z * z));
}
