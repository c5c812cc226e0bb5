using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.LayerNorm;

public sealed class LayerNormModuleTests
{
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Forward_normalises_then_applies_the_layer_and_keeps_both_inputs(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var memory = MemorySlots.LayerNorm(textbook.Configuration);
        var output = new LayerNormForward(textbook.Configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        var normal = Normalise(textbook.Signal, textbook.Configuration);
        var expected = normal * textbook.Weight.Transpose();
        for (var t = 0; t < shape.TokenCount; t++)
        {
            expected.SetRow(t, expected.Row(t) + textbook.Bias);
        }

        textbook.Slot(expected, output.Tokens[0]);
        textbook.Slot(normal, output.Tokens[memory]);
        Textbook.Exactly(textbook.Signal, output.Tokens[memory + 1]);
        Textbook.Empty(output.Tokens, 0, memory, memory + 1);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Backward_is_a_finite_difference_of_the_normalisation(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var (configuration, memory) = (textbook.Configuration, MemorySlots.LayerNorm(textbook.Configuration));
        var output = new LayerNormBackward(configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        var (normal, x) = (textbook.Memory(memory), textbook.Memory(memory + 1));
        var scale = configuration.FiniteDifferenceScale;
        var shifted = Normalise((textbook.Signal * textbook.Weight / scale) + x, configuration);
        textbook.Slot((scale * shifted) - (scale * normal), output.Tokens[0]);
        Textbook.Exactly(normal, output.Tokens[memory]);
        Textbook.Exactly(x, output.Tokens[memory + 1]);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    /// <summary>Tokens whose signal and memory are zero stay zero: f(0) = 0, with eps under the root.</summary>
    [Fact]
    public void Nothing_normalises_to_nothing()
    {
        var configuration = SmallModels.Configuration with { Departures = Departures.Paper };
        var nothing = HiddenStates.From(configuration, Matrix<double>.Build.Dense(4, 24));
        Textbook.Empty(new LayerNormForward(configuration, 2).Run(nothing, Arithmetic.Plain).Tokens);
        Textbook.Empty(new LayerNormBackward(configuration, 2).Run(nothing, Arithmetic.Plain).Tokens);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void Descent_is_the_linear_descent_that_the_options_name(ShapeCase shape)
    {
        var (states, mask, memory) = (shape.States(), shape.TrainMask(), MemorySlots.LayerNorm(shape.Configuration));
        void Check(bool biasOnly, bool dense, DescentOptions options)
        {
            var configuration = shape.Configuration with
            {
                LayerNormBiasOnly = biasOnly,
                Departures = Departures.Published with { DenseLayerNormDescent = dense },
            };
            Assert.Equal(
                new LinearDescent(configuration, memory, options).Run(states, mask, Arithmetic.Plain).ToMatrix(),
                new LayerNormDescent(configuration, memory).Run(states, mask, Arithmetic.Plain).ToMatrix());
        }

        Check(biasOnly: true, dense: true, new DescentOptions { BiasOnly = true });
        Check(biasOnly: true, dense: false, new DescentOptions { BiasOnly = true });
        Check(biasOnly: false, dense: true, new DescentOptions());
        Check(biasOnly: false, dense: false, new DescentOptions { DiagonalOnly = true });
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void Descent_and_backward_side_by_side_are_both(ShapeCase shape)
    {
        var (states, mask, memory) = (shape.States(), shape.TrainMask(), MemorySlots.LayerNorm(shape.Configuration));
        var both = new LayerNormDescentBackward(shape.Configuration, memory);
        var output = both.Run(states, mask, Arithmetic.Plain);
        Assert.Equal(new LayerNormBackward(shape.Configuration, memory).Run(states, Arithmetic.Plain).Tokens.ToMatrix(), output.Tokens.ToMatrix());
        Assert.Equal(
            new LayerNormDescent(shape.Configuration, memory).Run(states, mask, Arithmetic.Plain).Prefixes.ToMatrix(), output.Prefixes.ToMatrix());
        Assert.Contains(both.Tensors(), tensor => tensor.Name == "backward.normalization_gates.old_v.weight");
        Assert.Contains(both.Tensors(), tensor => tensor.Name == "descent.linear.gates.old_v.weight");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Rejects_memory_in_the_signal_or_beyond_the_end(int slot)
    {
        Refusal.Of(() => new LayerNormForward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 1 to 2");
        Refusal.Of(() => new LayerNormBackward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 1 to 2");
    }

    private static Matrix<double> Normalise(Matrix<double> x, TintConfiguration configuration)
    {
        var normal = x.Clone();
        for (var t = 0; t < x.RowCount; t++)
        {
            var centred = x.Row(t) - x.Row(t).Average();
            var variance = centred.DotProduct(centred) / x.ColumnCount;
            normal.SetRow(t, centred / Math.Sqrt(variance + configuration.Auxiliary.LayerNormEpsilon));
        }

        return normal;
    }
}
