using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Input;

namespace Tint.Properties.Generators;

/// <summary>A small model of some family in a TinT with a case's options, drawn from the case's own numbers.</summary>
/// <param name="Model">The model.</param>
/// <param name="Configuration">Its TinT.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Sequence">What it reads, as long and trained on as the case's first sequence.</param>
internal sealed record FamilyDraw(FamilyConfiguration Model, TintConfiguration Configuration, AuxiliaryWeights Weights, TokenSequence Sequence)
{
    /// <summary>Draws the model of a case.</summary>
    public static FamilyDraw Of(LawCase item)
    {
        var numbers = new Numbers(Numbers.Mix((ulong)item.Choice));
        var model = Draw(numbers);
        var parameters = new ParameterSet();
        foreach (var (place, rows, columns, center) in Shapes(model))
        {
            parameters.Set(place, Matrix<double>.Build.Dense(rows, columns, (_, _) => center + (0.3 * numbers.Normal())));
        }

        var (weights, options) = (model.Weights(parameters), item.Configuration);
        var length = Math.Min(item.Sequence.Length, 7);
        int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => numbers.Below(model.VocabularySize))];
        return new(
            model,
            FamilyShape.Of(model) with
            {
                InnerLearningRate = options.InnerLearningRate,
                GateScale = options.GateScale,
                FiniteDifferenceScale = options.FiniteDifferenceScale,
                Stencil = options.Stencil,
                SgdSteps = options.SgdSteps,
                TrainedLayers = numbers.Below(weights.Layers.Count + 1),
                LayerNormBiasOnly = options.LayerNormBiasOnly,
                Departures = options.Departures with { ScorePathDropped = true },
            },
            weights,
            new TokenSequence
            {
                InputIds = Ids(length),
                TrainMask = [.. item.Sequence.TrainMask.Take(length)],
                EncoderIds = model.HasEncoder ? Ids(1 + numbers.Below(6)) : null,
            });
    }

    /// <summary>The model in words.</summary>
    public override string ToString() => $"{Configuration.Auxiliary}";

    private static FamilyConfiguration Draw(Numbers numbers)
    {
        T One<T>(params IReadOnlyList<T> choices) => choices[numbers.Below(choices.Count)];
        var (width, heads) = One((8, 2), (8, 4), (12, 2), (12, 3));
        var family = One<string>([.. FamilyCatalogue.Families]);
        var fields = FamilyCatalogue.Fields(family);
        var sizes = fields.Nearest(
            new(family, Vocabulary: 5 + numbers.Below(7), Positions: 9, width, Layers: 1 + numbers.Below(2), heads, Inner: 5 + numbers.Below(2 * width)));
        var switches = fields.Switches(sizes).Select(item => $"\"{item.Field}\":{One(item.Values)}");
        return FamilyCatalogue.Read(sizes, fields.Small(sizes), $"{{{string.Join(',', switches)}}}");
    }

    /// <summary>Every parameter's shape, and what its numbers lie around: 1 for a normalisation's weight.</summary>
    private static IEnumerable<(string Place, int Rows, int Columns, double Center)> Shapes(FamilyConfiguration model) => model.Tensors().SelectMany(static tensor =>
        tensor.Parts.Select(part => (
            part.Place, part.Rows, part.Columns, tensor.Shape.Count == 1 && part.Place.EndsWith(".weight", StringComparison.Ordinal) ? 1.0 : 0.0)));
}
