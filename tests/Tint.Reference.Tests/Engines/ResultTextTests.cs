using System.Globalization;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.Model;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Engines;

public sealed class ResultTextTests
{
    private static readonly TintConfiguration Tiny = TintConfiguration.For(AuxiliaryConfiguration.Tiny) with { InnerLearningRate = 0.1 };
    private static readonly AuxiliaryWeights Weights = AuxiliaryWeights.Random(Tiny.Auxiliary, seed: 1);
    private static readonly TokenSequence Sequence = TokenSequence.Of([3, 1, 4, 1, 5, 9, 2, 6]);

    [Fact]
    public void Says_losses_tokens_shapes_and_what_moved_how_far()
    {
        var result = new ConstructedTint(Tiny, Weights).Run(Sequence);
        var lines = Lines(result);
        Assert.Equal("construction: 8 tokens, 7 trained on, SGD steps: 1 at 0.1", lines[0]);
        Assert.Equal(
            FormattableString.Invariant($"  loss {result.OriginalLoss:F6} → {result.FinalLoss:F6} (cross-entropy of a label, in nats)"), lines[1]);
        var moved = (result.Logits - result.OriginalLogits).Enumerate().Max(Math.Abs);
        Assert.Equal(FormattableString.Invariant($"  logits [8 × 50], moved by at most {moved:G3}"), lines[2]);
        var step = AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(result.UpdatedWeights, Weights));
        Assert.Contains(FormattableString.Invariant($" by {step:G3}; most of it in layer 0 MLP outer bias, "), lines[3], StringComparison.Ordinal);
    }

    /// <summary>Query and key weights are those that a TinT does not train (V1).</summary>
    [Fact]
    public void Counts_the_tensors_that_moved()
    {
        var paper = Tiny with { Departures = Departures.Paper };
        Assert.StartsWith("  updated 21 tensors", Lines(new SimulatedTint(paper, Weights).Run(Sequence))[3], StringComparison.Ordinal);
        Assert.StartsWith("  updated nothing", Lines(new ExactTint(paper with { SgdSteps = 0 }, Weights).Run(Sequence))[3], StringComparison.Ordinal);
    }

    /// <summary>V5: γ has become a matrix.</summary>
    [Fact]
    public void Compares_a_dense_normalisation_with_its_diagonal()
    {
        var result = new SimulatedTint(Tiny with { LayerNormBiasOnly = false }, Weights).Run(Sequence);
        Assert.NotNull(result.UpdatedWeights.FinalNorm.Dense);
        var step = AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(result.UpdatedWeights, Weights));
        Assert.Contains(FormattableString.Invariant($" by {step:G3}; "), result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_streamed_weights_where_they_are()
    {
        using var file = new ScratchStore(NumberFormat.Binary64);
        var result = new SimulatedTint(Tiny, Weights) { Storage = new PassStorage { Weights = file } }.Run(Sequence);
        Assert.Equal("  updated weights: streamed, not read here", Lines(result)[3]);
    }

    [Fact]
    public void A_batch_has_its_losses_first()
    {
        var batch = new SimulatedTint(Tiny, Weights).Run([Sequence, Sequence with { Labels = null }]);
        var lines = Lines(batch);
        Assert.Equal(FormattableString.Invariant($"2 sequences: loss {batch.OriginalLoss:F6} → {batch.FinalLoss:F6} (cross-entropy of a label, in nats)"), lines[0]);
        Assert.Equal("  no loss: no labels that count", lines[6]);
        Assert.Equal(9, lines.Length);
    }

    [Fact]
    public void Is_the_same_in_any_culture()
    {
        var (culture, result) = (CultureInfo.CurrentCulture, new SimulatedTint(Tiny with { InnerLearningRate = -0.1 }, Weights).Run(Sequence));
        var expected = result.ToString();
        try
        {
            CultureInfo.CurrentCulture = OtherCulture.WithCommas;
            Assert.Equal(expected, result.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static string[] Lines(object result) => result.ToString()!.Split(Environment.NewLine);
}
