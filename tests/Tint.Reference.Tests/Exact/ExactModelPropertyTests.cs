using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Reference.Tests.Exact;

/// <summary>Relabelling what a model may call by any name relabels its gradient and changes nothing else.</summary>
public sealed class ExactModelPropertyTests
{
    private static readonly AuxiliaryConfiguration Configuration = RandomModels.Configuration();

    [Property(MaxTest = 30)]
    public void Permuting_the_vocabulary_permutes_the_embeddings_gradient(int seed)
    {
        var order = Order(Configuration.VocabularySize, seed);
        var sequence = RandomModels.Sequence(Configuration, 7, seed);
        var renamed = sequence with { InputIds = [.. sequence.InputIds.Select(id => order[id])] };
        AuxiliaryWeights Rename(AuxiliaryWeights weights) => weights with { TokenEmbedding = Rows(weights.TokenEmbedding, order) };

        var weights = RandomModels.Weights(Configuration, seed);
        AssertCommutes(
            ExactModel.Gradient(weights, [sequence], LossKind.CrossEntropy), ExactModel.Gradient(Rename(weights), [renamed], LossKind.CrossEntropy), Rename);
    }

    [Property(MaxTest = 30)]
    public void Permuting_the_MLPs_hidden_units_permutes_their_gradients(int seed)
    {
        var order = Order(Configuration.InnerSize, seed);
        AuxiliaryWeights Rename(AuxiliaryWeights weights) => weights with
        {
            Layers = [.. weights.Layers.Select(layer => layer with
            {
                Inner = new(Rows(layer.Inner.Weight, order), Rows(layer.Inner.Bias.ToColumnMatrix(), order).Column(0)),
                Outer = layer.Outer with { Weight = Rows(layer.Outer.Weight.Transpose(), order).Transpose() },
            })],
        };
        AssertCommutes(seed, Rename);
    }

    [Property(MaxTest = 30)]
    public void Swapping_the_heads_swaps_their_gradients(int seed)
    {
        var (width, size) = (Configuration.HiddenSize, Configuration.HeadSize);
        int[] order = [.. Enumerable.Range(0, width).Select(row => (row + size) % width)];
        LinearParameters Swap(LinearParameters linear) => new(Rows(linear.Weight, order), Rows(linear.Bias.ToColumnMatrix(), order).Column(0));
        AuxiliaryWeights Rename(AuxiliaryWeights weights) => weights with
        {
            Layers = [.. weights.Layers.Select(layer => layer with
            {
                Query = Swap(layer.Query),
                Key = Swap(layer.Key),
                Value = Swap(layer.Value),
                Output = layer.Output with { Weight = Rows(layer.Output.Weight.Transpose(), order).Transpose() },
            })],
        };
        AssertCommutes(seed, Rename);
    }

    private static void AssertCommutes(int seed, Func<AuxiliaryWeights, AuxiliaryWeights> rename)
    {
        var weights = RandomModels.Weights(Configuration, seed);
        var sequence = RandomModels.Sequence(Configuration, 7, seed);
        AssertCommutes(
            ExactModel.Gradient(weights, [sequence], LossKind.CrossEntropy),
            ExactModel.Gradient(rename(weights), [sequence], LossKind.CrossEntropy),
            rename);
    }

    private static void AssertCommutes(
        (double Loss, AuxiliaryWeights Gradient) plain, (double Loss, AuxiliaryWeights Gradient) renamed, Func<AuxiliaryWeights, AuxiliaryWeights> rename)
    {
        Assertions.Close([plain.Loss], [renamed.Loss], ExactTolerances.Reordering, "loss");
        var expected = AuxiliaryWeightsAlgebra.Flatten(rename(plain.Gradient)).ToArray();
        Assertions.Close(expected, AuxiliaryWeightsAlgebra.Flatten(renamed.Gradient).ToArray(), ExactTolerances.Reordering, "gradient");
    }

    private static int[] Order(int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        return order;
    }

    /// <summary>Row i of the matrix becomes row order[i].</summary>
    private static Matrix<double> Rows(Matrix<double> matrix, int[] order)
    {
        var result = Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount);
        for (var row = 0; row < order.Length; row++)
        {
            result.SetRow(order[row], matrix.Row(row));
        }

        return result;
    }
}
