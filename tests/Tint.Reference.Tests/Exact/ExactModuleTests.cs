using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Reference.Tests.Exact;

/// <summary>Linear layers, activations and normalisations, each with f = ⟨g, module(x)⟩.</summary>
public sealed class ExactModuleTests
{
    private const double Epsilon = 1e-5;

    private static readonly RandomNumbers Numbers = new(51);
    private static readonly Matrix<double> Input = Numbers.Matrix(5, 6);
    private static readonly Matrix<double> Gradient = Numbers.Matrix(5, 6);
    private static readonly LinearParameters Linear = new(Numbers.Matrix(6, 6), Numbers.Vector(6));
    private static readonly LayerNormParameters Diagonal = new(Numbers.Vector(6), Numbers.Vector(6));
    private static readonly LayerNormParameters Dense = new(Linear.Weight.Diagonal(), Numbers.Vector(6)) { Dense = Linear.Weight };

    public static TheoryData<ActivationKind> Activations => [.. Enum.GetValues<ActivationKind>()];

    [Fact]
    public void A_linear_layer_computes_W_x_plus_b() => Assertions.Close(
        ((Linear.Weight * Input.Row(3)) + Linear.Bias).ToArray(),
        ExactLinear.Forward(Linear, Input).Row(3).ToArray(),
        ExactTolerances.Reordering,
        "y");

    [Fact]
    public void A_linear_layers_gradients_agree_with_central_differences()
    {
        var (input, parameters) = ExactLinear.Backward(Linear, Input, Gradient);
        ModuleCheck.Run(x => Inner(ExactLinear.Forward(Linear, x)), Input, input);
        ModuleCheck.Run(w => Inner(ExactLinear.Forward(Linear with { Weight = w }, Input)), Linear.Weight, parameters.Weight);
        ModuleCheck.Run(b => Inner(ExactLinear.Forward(Linear with { Bias = b }, Input)), Linear.Bias, parameters.Bias);
    }

    [Fact]
    public void Sparse_and_diagonal_matrices_are_taken_as_they_are()
    {
        var diagonal = new LinearParameters(Matrix<double>.Build.DenseOfDiagonalVector(Linear.Bias), Linear.Bias);
        var sparse = new LinearParameters(Matrix<double>.Build.SparseOfMatrix(diagonal.Weight), Linear.Bias);
        Assertions.Close(ExactLinear.Forward(diagonal, Input), ExactLinear.Forward(sparse, Input), ExactTolerances.Reordering, "forward");
        Assertions.Close(
            ExactLinear.Backward(diagonal, Input, Gradient).Input, ExactLinear.Backward(sparse, Input, Gradient).Input, ExactTolerances.Reordering, "backward");
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void An_activations_gradient_agrees_with_central_differences(ActivationKind kind) => ModuleCheck.Run(
        z => Inner(ExactActivation.Forward(kind, z)), Input, ExactActivation.Backward(kind, Input, Gradient));

    [Fact]
    public void A_normalised_token_has_mean_zero_and_variance_one_up_to_eps()
    {
        var hat = ExactLayerNorm.Forward(Diagonal, Epsilon, Input).Normalised;
        for (var t = 0; t < Input.RowCount; t++)
        {
            var mean = Input.Row(t).Average();
            var variance = Input.Row(t).Select(value => (value - mean) * (value - mean)).Average();
            Assert.Equal(0, hat.Row(t).Average(), ExactTolerances.Reordering);
            Assert.Equal(variance / (variance + Epsilon), hat.Row(t).DotProduct(hat.Row(t)) / 6, ExactTolerances.Reordering);
        }
    }

    [Fact]
    public void A_normalisations_gradients_agree_with_central_differences()
    {
        var (input, parameters) = ExactLayerNorm.Backward(Diagonal, ExactLayerNorm.Forward(Diagonal, Epsilon, Input), Gradient);
        ModuleCheck.Run(x => Inner(ExactLayerNorm.Forward(Diagonal, Epsilon, x).Output), Input, input);
        ModuleCheck.Run(w => Inner(ExactLayerNorm.Forward(Diagonal with { Weight = w }, Epsilon, Input).Output), Diagonal.Weight, parameters.Weight);
        ModuleCheck.Run(b => Inner(ExactLayerNorm.Forward(Diagonal with { Bias = b }, Epsilon, Input).Output), Diagonal.Bias, parameters.Bias);
        Assert.Null(parameters.Dense);
    }

    [Fact]
    public void A_dense_normalisations_gradients_agree_with_central_differences()
    {
        var (input, parameters) = ExactLayerNorm.Backward(Dense, ExactLayerNorm.Forward(Dense, Epsilon, Input), Gradient);
        ModuleCheck.Run(x => Inner(ExactLayerNorm.Forward(Dense, Epsilon, x).Output), Input, input);
        ModuleCheck.Run(w => Inner(ExactLayerNorm.Forward(Dense with { Dense = w }, Epsilon, Input).Output), Dense.Dense!, parameters.Dense!);
        ModuleCheck.Run(b => Inner(ExactLayerNorm.Forward(Dense with { Bias = b }, Epsilon, Input).Output), Dense.Bias, parameters.Bias);
        Assert.Equal(parameters.Dense!.Diagonal(), parameters.Weight);
    }

    [Fact]
    public void A_normalisation_ignores_a_shift_and_its_gradient_has_none()
    {
        var forward = ExactLayerNorm.Forward(Diagonal, Epsilon, Input);
        Assertions.Close(forward.Output, ExactLayerNorm.Forward(Diagonal, Epsilon, Input + 3).Output, ExactTolerances.Reordering, "output");
        var gradient = ExactLayerNorm.Backward(Diagonal, forward, Gradient).Input;
        Assert.All(gradient.RowSums(), sum => Assert.Equal(0, sum, ExactTolerances.Reordering));
    }

    [Fact]
    public void A_constant_token_is_normalised_to_zero_and_stays_finite()
    {
        var forward = ExactLayerNorm.Forward(Diagonal, Epsilon, Matrix<double>.Build.Dense(5, 6, 0.25));
        Assert.Equal(0, forward.Normalised.FrobeniusNorm());
        Assert.All(ExactLayerNorm.Backward(Diagonal, forward, Gradient).Input.Enumerate(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Rejects_shapes_that_do_not_fit_and_numbers_that_overflow()
    {
        var narrow = Matrix<double>.Build.Dense(5, 4);
        var forward = ExactLayerNorm.Forward(Diagonal, Epsilon, Input);
        Assert.Throws<RuleViolationException>(() => ExactLinear.Forward(Linear, narrow));
        Assert.Throws<RuleViolationException>(() => ExactLinear.Backward(Linear, narrow, Gradient));
        Assert.Throws<RuleViolationException>(() => ExactLinear.Backward(Linear, Input, narrow));
        Assert.Throws<RuleViolationException>(() => ExactActivation.Backward(ActivationKind.Relu, Input, narrow));
        Assert.Throws<RuleViolationException>(() => ExactLayerNorm.Forward(Diagonal, Epsilon, narrow));
        Assert.Throws<RuleViolationException>(() => ExactLayerNorm.Forward(Diagonal, Epsilon, 1e200 * Input));
        Assert.Throws<RuleViolationException>(() => ExactLayerNorm.Backward(Diagonal, forward, narrow));
    }

    private static double Inner(Matrix<double> output) => output.PointwiseMultiply(Gradient).Enumerate().Sum();
}
