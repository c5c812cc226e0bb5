using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.SelfAttention;

public sealed class AttentionModuleTests
{
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Forward_is_the_auxiliary_model_s_attention(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var (configuration, memory) = (textbook.Configuration, MemorySlots.Attention(textbook.Configuration));
        var (keys, values, icl) = (shape.Prefixes(1), shape.Prefixes(2), shape.IclMask());
        var output = new AttentionForward(configuration, memory).Run(textbook.States, keys, values, icl, Textbook.Arithmetic);
        var q = Linear(new LinearParameters(textbook.Weight, textbook.Bias), textbook.Signal);
        var k = Linear(PrefixStack.Unstack(configuration, keys), textbook.Signal);
        var v = Linear(PrefixStack.Unstack(configuration, values), textbook.Signal);
        textbook.Slot(PerHead(textbook, q, k, icl, (weights, columns) => weights * Head(v, columns)), output.Tokens[0]);
        textbook.Slot(q, output.Tokens[memory]);
        textbook.Slot(k, output.Tokens[memory + 1]);
        Textbook.Exactly(textbook.Signal, output.Tokens[memory + 2]);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    /// <summary>g_v[i] = Σ_j a_ji g[j]: scores to later tokens are zero, so that every j ≥ i counts if it is trained on, or is i itself.</summary>
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Backward_sends_gradients_to_the_values_along_the_scores(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var (memory, icl, mask) = (MemorySlots.Attention(textbook.Configuration), shape.IclMask(), textbook.TrainMask);
        var output = new AttentionBackward(textbook.Configuration, memory).Run(textbook.States, mask, icl, Textbook.Arithmetic);
        var expected = PerHead(textbook, textbook.Memory(memory), textbook.Memory(memory + 1), icl, (weights, columns) =>
        {
            var kept = weights.MapIndexed((j, i, a) => i == j || mask[j] == 1 ? a : 0);
            return kept.Transpose() * Head(textbook.Signal, columns);
        });
        textbook.Slot(expected, output.Tokens[0]);
        for (var slot = memory; slot < memory + 3; slot++)
        {
            Textbook.Exactly(textbook.Memory(slot), output.Tokens[slot]);
        }

        Textbook.Empty(output.Tokens, 0, memory, memory + 1, memory + 2);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void Descent_updates_the_value_layer_from_the_third_memory_slot(ShapeCase shape)
    {
        var memory = MemorySlots.Attention(shape.Configuration);
        Assert.Equal(
            new LinearDescent(shape.Configuration, memory + 2).Run(shape.States(), shape.TrainMask(), Arithmetic.Plain).ToMatrix(),
            new AttentionDescent(shape.Configuration, memory).Run(shape.States(), shape.TrainMask(), Arithmetic.Plain).ToMatrix());
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void Backward_with_descent_is_the_value_layer_behind_attention(ShapeCase shape)
    {
        var (configuration, memory) = (shape.Configuration, MemorySlots.Attention(shape.Configuration));
        var (states, mask, icl) = (shape.States(), shape.TrainMask(), shape.IclMask());
        var value = new LinearDescentBackward(configuration, memory + 2);
        var behind = new AttentionBackward(configuration, memory).Run(states, mask, icl, Arithmetic.Plain);
        Assert.Equal(
            value.Run(behind, mask, Arithmetic.Plain).ToMatrix(),
            new AttentionBackwardDescent(configuration, memory).Run(states, mask, icl, Arithmetic.Plain).ToMatrix());

        var straight = configuration with { BackpropagateThroughAttention = false };
        Assert.Equal(
            value.Run(states, mask, Arithmetic.Plain).ToMatrix(),
            new AttentionBackwardDescent(straight, memory).Run(states, mask, icl, Arithmetic.Plain).ToMatrix());
        Assert.Equal(
            new AttentionBackwardDescent(configuration, memory).Tensors().Select(tensor => tensor.Name),
            new AttentionBackwardDescent(straight, memory).Tensors().Select(tensor => tensor.Name));
    }

    [Fact]
    public void Rejects_masks_that_do_not_fit_the_tokens()
    {
        var shape = new ShapeCase(SmallModels.Configuration, TokenCount: 3, Seed: 1);
        var backward = new AttentionBackward(shape.Configuration, memorySlot: 1);
        var forward = new AttentionForward(shape.Configuration, memorySlot: 1);
        var small = Matrix<double>.Build.DenseIdentity(2);
        Refusal.Of(() => backward.Run(shape.States(), [1, 1], null, Arithmetic.Plain), "train_mask must have one entry a token", "2 for 3 tokens");
        Refusal.Of(() => backward.Run(shape.States(), [1, 1, 1], small, Arithmetic.Plain), "icl_mask must be [3 × 3]", "[2 × 2]");
        Refusal.Of(
            () => forward.Run(shape.States(), shape.Prefixes(1), shape.Prefixes(2), small, Arithmetic.Plain), "icl_mask must be [3 × 3]");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Rejects_memory_in_the_signal_or_beyond_the_end(int slot)
    {
        Refusal.Of(() => new AttentionForward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 1 to 1");
        Refusal.Of(() => new AttentionBackward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 1 to 1");
    }

    private static Matrix<double> Linear(LinearParameters layer, Matrix<double> x)
    {
        var y = x * layer.Weight.Transpose();
        return y.MapIndexed((_, c, value) => value + layer.Bias[c]);
    }

    /// <summary>Softmax attention head by head, D/H columns each, scaled by 1/√(D/H), over the earlier tokens that the mask admits.</summary>
    private static Matrix<double> PerHead(
        Textbook textbook,
        Matrix<double> q,
        Matrix<double> k,
        Matrix<double>? icl,
        Func<Matrix<double>, (int First, int Count), Matrix<double>> combine)
    {
        var result = Matrix<double>.Build.Dense(q.RowCount, q.ColumnCount);
        var size = textbook.Configuration.Auxiliary.HeadSize;
        for (var first = 0; first < q.ColumnCount; first += size)
        {
            var scores = Head(q, (first, size)) * Head(k, (first, size)).Transpose() / Math.Sqrt(size);
            for (var i = 0; i < scores.RowCount; i++)
            {
                var row = i;
                int[] admitted = [.. Enumerable.Range(0, i + 1).Where(j => icl is null || icl[row, j] == 1)];
                var largest = admitted.Max(j => scores[row, j]);
                double[] powers = [.. Enumerable.Range(0, scores.ColumnCount).Select(j =>
                    admitted.Contains(j) ? Math.Exp(scores[row, j] - largest) : 0)];
                scores.SetRow(i, [.. powers.Select(power => power / powers.Sum())]);
            }

            result.SetSubMatrix(0, first, combine(scores, (first, size)));
        }

        return result;
    }

    private static Matrix<double> Head(Matrix<double> rows, (int First, int Count) columns) =>
        rows.SubMatrix(0, rows.RowCount, columns.First, columns.Count);
}
