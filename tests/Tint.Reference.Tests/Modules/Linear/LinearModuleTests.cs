using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.Linear;

public sealed class LinearModuleTests
{
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Forward_multiplies_by_the_weights_in_the_prefixes_and_keeps_its_input(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var memory = MemorySlots.Linear(textbook.Configuration);
        var output = new LinearForward(textbook.Configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        textbook.Slot((textbook.Signal * textbook.Weight.Transpose()) + Rows(textbook.Bias, shape.TokenCount), output.Tokens[0]);
        Textbook.Exactly(textbook.Signal, output.Tokens[memory]);
        Textbook.Empty(output.Tokens, 0, memory);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Backward_multiplies_by_the_transpose_and_carries_memory_on(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var memory = MemorySlots.LayerNorm(textbook.Configuration);
        var output = new LinearBackward(textbook.Configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        textbook.Slot(textbook.Signal * textbook.Weight, output.Tokens[0]);
        Textbook.Exactly(textbook.Memory(memory), output.Tokens[memory]);
        Textbook.Exactly(textbook.Memory(memory + 1), output.Tokens[memory + 1]);
        Textbook.Empty(output.Tokens, 0, memory, memory + 1);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Backward_that_retains_the_output_gradient_puts_its_result_beside_it(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var output = new LinearBackward(textbook.Configuration, memorySlot: null, retainOutputGradient: true)
            .Run(textbook.States, Textbook.Arithmetic);
        Textbook.Exactly(textbook.Signal, output.Tokens[0]);
        textbook.Slot(textbook.Memory(1) + (textbook.Signal * textbook.Weight), output.Tokens[1]);
        for (var slot = 2; slot <= textbook.Configuration.RowsPerPrefix; slot++)
        {
            Textbook.Exactly(textbook.Memory(slot), output.Tokens[slot]);
        }
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Descent_subtracts_the_summed_outer_products_and_empties_the_tokens(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var (configuration, memory) = (textbook.Configuration, MemorySlots.Linear(textbook.Configuration));
        var update = configuration.InnerLearningRate * textbook.SumOfOuterProducts(textbook.Signal, textbook.Memory(memory));
        var biasUpdate = configuration.InnerLearningRate
            * textbook.SumOfOuterProducts(textbook.Signal, Matrix<double>.Build.Dense(shape.TokenCount, 1, 1.0)).Column(0);

        var all = new LinearDescent(configuration, memory).Run(textbook.States, textbook.TrainMask, Textbook.Arithmetic);
        Check(textbook, new(textbook.Weight - update, textbook.Bias - biasUpdate), all);

        var bias = Run(textbook, memory, new DescentOptions { BiasOnly = true });
        Check(textbook, new(textbook.Weight, textbook.Bias - biasUpdate), bias);

        var share = Run(textbook, memory, new DescentOptions { BiasRateFactor = 0.25 });
        Check(textbook, new(textbook.Weight - update, textbook.Bias - (0.25 * biasUpdate)), share);

        var diagonal = Run(textbook, memory, new DescentOptions { DiagonalOnly = true });
        var onDiagonal = Matrix<double>.Build.DenseOfDiagonalVector(update.Diagonal());
        Check(textbook, new(textbook.Weight - onDiagonal, textbook.Bias - biasUpdate), diagonal);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void Only_the_first_prefix_s_bias_learns(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var rows = textbook.Configuration.RowsPerPrefix;
        var output = Run(textbook, MemorySlots.Linear(textbook.Configuration), new DescentOptions());
        var (before, after) = (textbook.States.Prefixes.ToMatrix(), output.Prefixes.ToMatrix());
        var (prefixes, width) = (textbook.Configuration.PrefixCount, textbook.Configuration.Auxiliary.HiddenSize);
        if (prefixes > 1)
        {
            Assert.Equal(before.SubMatrix(1, prefixes - 1, rows * width, width), after.SubMatrix(1, prefixes - 1, rows * width, width));
        }
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void Descent_and_backward_side_by_side_are_both(ShapeCase shape)
    {
        var memory = MemorySlots.Linear(shape.Configuration);
        var (states, mask) = (shape.States(), shape.TrainMask());
        var both = new LinearDescentBackward(shape.Configuration, memory);
        var output = both.Run(states, mask, Arithmetic.Plain);
        var (backward, descent) = (new LinearBackward(shape.Configuration, memory), new LinearDescent(shape.Configuration, memory));
        Assert.Equal(backward.Run(states, Arithmetic.Plain).Tokens.ToMatrix(), output.Tokens.ToMatrix());
        Assert.Equal(descent.Run(states, mask, Arithmetic.Plain).Prefixes.ToMatrix(), output.Prefixes.ToMatrix());
        Assert.Equal(
            [.. backward.Tensors().Select(tensor => $"backward.{tensor.Name}"), .. descent.Tensors().Select(tensor => $"descent.{tensor.Name}")],
            both.Tensors().Select(tensor => tensor.Name));
    }

    [Fact]
    public void Rejects_a_mask_that_does_not_fit_the_tokens()
    {
        var states = new ShapeCase(SmallModels.Configuration, TokenCount: 3, Seed: 1).States();
        var descent = new LinearDescent(SmallModels.Configuration, memorySlot: 3);
        Refusal.Of(() => descent.Run(states, [1, 1], Arithmetic.Plain), "train_mask must have one entry a token", "2 for 3 tokens");
        Refusal.Of(() => descent.Run(states, [1, 1, 0, 1], Arithmetic.Plain), "train_mask must have one entry a token", "4 for 3 tokens");
        Refusal.Of(() => descent.Run(states, [1, 0.5, 0], Arithmetic.Plain), "train_mask must hold 0 and 1 only", "0.5 at position 1");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    public void Rejects_memory_in_the_signal_or_beyond_the_end(int slot)
    {
        var configuration = SmallModels.Configuration;
        Refusal.Of(() => new LinearForward(configuration, slot), $"memory slot {slot}", "slots 1 to 3");
        Refusal.Of(() => new LinearBackward(configuration, slot), $"memory slot {slot}", "slots 1 to 3");
        Refusal.Of(() => new LinearDescent(configuration, slot), $"memory slot {slot}", "slots 1 to 3");
    }

    private static HiddenStates Run(Textbook textbook, int memory, DescentOptions options) =>
        new LinearDescent(textbook.Configuration, memory, options).Run(textbook.States, textbook.TrainMask, Textbook.Arithmetic);

    private static void Check(Textbook textbook, Reference.Auxiliary.LinearParameters expected, HiddenStates got)
    {
        var stacked = PrefixStack.Stack(textbook.Configuration, expected);
        for (var slot = 0; slot < textbook.Configuration.RowsPerPrefix; slot++)
        {
            textbook.Slot(stacked[slot]!.Value, got.Prefixes[slot]);
        }

        var bias = got.Prefixes[textbook.Configuration.RowsPerPrefix];
        textbook.Slot(expected.Bias.ToRowMatrix(), bias is null ? null : Arithmetic.Rows(bias, [0]));
        Textbook.Empty(got.Tokens);
    }

    private static Matrix<double> Rows(Vector<double> row, int count) => Matrix<double>.Build.Dense(count, row.Count, (_, c) => row[c]);
}
