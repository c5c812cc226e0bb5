using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Engines;
using Tint.Reference.Keeping;
using Tint.Reference.Model;
using Tint.Reference.Simulation;

namespace Tint.Properties.Tests.Streaming;

/// <summary>Runs random cases with layers and memories kept in chosen places.</summary>
internal static class StreamedRuns
{
    /// <summary>What a run computed for the sequences of a case.</summary>
    internal sealed record Outcome(IReadOnlyList<Matrix<double>> Logits, IReadOnlyList<AuxiliaryWeights> Updated);

    /// <summary>Runs a case, with both engines in turn.</summary>
    public static IReadOnlyList<Outcome> Of(LawCase item, PassStorage storage) =>
    [
        Run(new SimulatedTint(item.Configuration, item.Weights) { Storage = storage }, item),
        Run(new ConstructedTint(item.Configuration, item.Weights) { Storage = storage }, item),
    ];

    /// <summary>The same case with layers that come in one by one, as copies, as from a file.</summary>
    public static LawCase Streamed(LawCase item) => item with
    {
        Weights = item.Weights with
        {
            Layers = new StreamedLayers(item.Auxiliary, index =>
            {
                var layer = item.Weights.Layers[index];
                return layer with { Query = new LinearParameters(layer.Query.Weight.Clone(), layer.Query.Bias.Clone()) };
            }),
        },
    };

    /// <summary>The result of a run, or the refusal that it ended with.</summary>
    public static (IReadOnlyList<Outcome>? Outcomes, string? Refusal) Try(LawCase item, PassStorage storage)
    {
        try
        {
            return (Of(item, storage), null);
        }
        catch (RuleViolationException exception)
        {
            return (null, exception.Message);
        }
    }

    private static Outcome Run(TintEngine engine, LawCase item)
    {
        var result = engine.Run(item.Batch);
        return new Outcome(
            [.. result.Sequences.SelectMany(one => new[] { one.OriginalLogits, one.Logits })], [.. result.Sequences.Select(one => one.UpdatedWeights)]);
    }
}
