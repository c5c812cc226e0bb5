using Tint.Proofs.Degrees;
using Tint.Proofs.Drawing;
using Tint.Properties.Implementations;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Proofs.Claims;

/// <summary>What whole models compute, against the simulated model: logits before and after training, and every parameter after it.</summary>
internal static class ModelClaims
{
    /// <summary>The claim of a setting.</summary>
    public static Claim Of(Setting setting) => new()
    {
        Name = $"TinT/{setting.Name}",
        About = setting.About,
        Degrees = PassDegrees.Of(setting.Configuration),
        Left = (tint, draw) => Outcome(tint, setting, draw),
        Right = draw => Outcome(new SimulationTint(), setting, draw),
    };

    private static IEnumerable<Part> Outcome(ITint tint, Setting setting, Draw draw)
    {
        var sequence = ModuleClaims.Sequence(setting);
        TokenSequence[] batch = setting.SecondMask is { } mask
            ? [sequence, sequence with { InputIds = [.. sequence.InputIds.Reverse()], TrainMask = mask, IclMask = null, GradientMask = null }]
            : [sequence];
        return tint.Run(setting.Configuration, Weights(setting.Configuration.Auxiliary, draw), batch).Sequences.SelectMany((outcome, index) => (Part[])
        [
            new($"{index}.logits before", outcome.OriginalLogits),
            new($"{index}.logits", outcome.Logits),
            .. outcome.UpdatedWeights.Layers.SelectMany((layer, number) => Part.Of($"{index}.layers.{number}", layer)),
            .. Part.Of($"{index}.final_norm", outcome.UpdatedWeights.FinalNorm),
        ]);
    }

    private static AuxiliaryWeights Weights(AuxiliaryConfiguration configuration, Draw draw)
    {
        var plan = BlockPlan.Of(configuration);
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = draw.Matrix(configuration.VocabularySize, configuration.HiddenSize),
            PositionEmbedding = draw.Matrix(configuration.MaximumPositions, configuration.HiddenSize),
            Layers = [.. Enumerable.Range(0, configuration.LayerCount).Select(_ => BlockClaims.Layer(plan, draw))],
            FinalNorm = draw.Norm(configuration.HiddenSize),
        };
    }
}
