using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Materialised;

/// <summary>The names that the published code gives the parts of a whole model.</summary>
/// <remarks>Source: C24, C27.</remarks>
internal sealed class TensorNames
{
    /// <summary>The token embeddings, which are also the head.</summary>
    public const string Tokens = "wte.weight";

    /// <summary>The position table.</summary>
    public const string Positions = "wpe.weight";

    /// <summary>The final norm, forward and backward.</summary>
    public const string Final = "Gradientmodule";

    /// <summary>The prefixes that the final norm is loaded from.</summary>
    public const string FinalNormPrefixes = $"{Final}.trainable_biases.0";

    private readonly bool _sharesBlocks;
    private readonly int _firstTrained;
    private readonly (Place Place, int Chunk)[] _loads;

    public TensorNames(TintConfiguration configuration)
    {
        _sharesBlocks = configuration.ShareBlocks;
        _firstTrained = configuration.Auxiliary.LayerCount - configuration.TrainedLayers;
        _loads = [.. BlockPlan.Of(configuration.Auxiliary).Loads];
        FirstPosition = configuration.Auxiliary.Family == AuxiliaryFamily.Opt ? 2 : 0;
    }

    /// <summary>The row of the position table that the first token reads: 2 of OPT's.</summary>
    public int FirstPosition { get; }

    /// <summary>A block of the forward pass behind so many steps.</summary>
    public string Forward(int layer, int steps) =>
        FormattableString.Invariant($"Forwardlayer_{layer + 1}") + (steps == 0 || _sharesBlocks || layer < _firstTrained ? string.Empty : Iteration(steps));

    /// <summary>A block of the backward pass of a step, counted from 1.</summary>
    public string Backward(int layer, int step) => FormattableString.Invariant($"Backwardlayer_{layer + 1}") + Iteration(_sharesBlocks ? 1 : step);

    /// <summary>The tensors that a block's prefixes are loaded from, by place and chunk.</summary>
    public Dictionary<(Place Place, int Chunk), string> Loads(int layer) =>
        _loads.Index().ToDictionary(item => item.Item, item => Load(layer, item.Index));

    /// <summary>The tensor of a block's load of a number.</summary>
    public static string Load(int layer, int index) => FormattableString.Invariant($"Forwardlayer_{layer + 1}.trainable_biases.{index}");

    private static string Iteration(int step) => FormattableString.Invariant($"_Iter_{step}");
}
