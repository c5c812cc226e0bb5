using Tint.Reference.Configuration;

namespace Tint.Reference.Exact;

/// <summary>How plain SGD trains the auxiliary model.</summary>
public sealed record PlainSgdOptions
{
    /// <summary>η, per summed gradient (not averaged over tokens).</summary>
    public required double LearningRate { get; init => field = Require.Finite(value, "InnerLearningRate"); }

    /// <summary>k, the number of steps.</summary>
    public int Steps { get; init => field = Require.AtLeast(value, 0, "SgdSteps"); } = 1;

    /// <summary>How many layers, counted from the top, are trained; the final norm is trained always.</summary>
    public required int TrainedLayers { get; init => field = Require.AtLeast(value, 0, "TrainedLayers"); }

    /// <summary>The loss that is descended.</summary>
    public LossKind Loss { get; init; } = LossKind.CrossEntropy;

    /// <summary>True: normalisations move β only.</summary>
    public bool LayerNormBiasOnly { get; init; } = true;

    /// <summary>True: token embeddings, with the tied head, and position table are trained too, which TinT never does (V7).</summary>
    public bool TrainEmbeddings { get; init; }

    /// <summary>The options under which plain SGD is what <paramref name="configuration"/>'s TinT approximates.</summary>
    public static PlainSgdOptions From(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new PlainSgdOptions
        {
            LearningRate = configuration.InnerLearningRate,
            Steps = configuration.SgdSteps,
            TrainedLayers = configuration.TrainedLayers,
            Loss = configuration.Loss,
            LayerNormBiasOnly = configuration.LayerNormBiasOnly,
        };
    }
}
