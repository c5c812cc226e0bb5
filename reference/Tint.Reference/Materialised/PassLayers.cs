using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Losses;
using Tint.Reference.Modules;

namespace Tint.Reference.Materialised;

/// <summary>All passes of a TinT as layers: what one forward pass of the transformer is.</summary>
/// <remarks>Source: C20, C24.</remarks>
internal sealed class PassLayers : IPassReading<string>
{
    public const string FinalModule = "ln_forward";
    public const string FinalBackwardModule = "ln_back";

    private readonly TintConfiguration _configuration;
    private readonly TensorNames _names;
    private readonly LayerList _layers = new("h");
    private readonly BlockPlan _plan;
    private readonly BlockLayers[] _blocks;
    private readonly List<string> _logits = [];
    private string? _updatedNorm;
    private string _normOutput = string.Empty;
    private int _step = 1;

    public PassLayers(TintConfiguration configuration)
    {
        (_configuration, _names, _plan) = (configuration, new TensorNames(configuration), BlockPlan.Of(configuration.Auxiliary));
        _blocks = [.. Enumerable.Range(0, configuration.Auxiliary.LayerCount).Select(_ => new BlockLayers(
            _layers, MemorySlot, configuration.Auxiliary.HiddenSize, configuration.HiddenSize))];
        Pass.Run(configuration, this);
    }

    /// <summary>The layers, in order.</summary>
    public IReadOnlyList<TransformerLayer> Layers => _layers.Layers;

    /// <summary>The logits before training and after every step, by name.</summary>
    public IReadOnlyList<string> Logits => _logits;

    /// <inheritdoc/>
    public string Embed() => _layers.Add("embed", [], [TensorNames.Tokens, TensorNames.Positions], ("first_position", _names.FirstPosition));

    /// <inheritdoc/>
    public string Forward(int layer, string input, bool keepMemory) =>
        Walk.Forward(_plan, _blocks[layer].For(_names.Forward(layer, _logits.Count), _names.Loads(layer)), input);

    /// <inheritdoc/>
    public string FinalNorm(string input) => _normOutput = Module(FinalModule, LoadNorm(input));

    /// <inheritdoc/>
    public void Head(string output, int step)
    {
        _step = step + 1;
        _logits.Add(_layers.Add("head", [output], [TensorNames.Tokens]));
    }

    /// <inheritdoc/>
    public string LossGradient(string output) => _layers.Add(
        "loss_gradient",
        [output, _logits[^1]],
        [TensorNames.Tokens],
        ("loss", LossFunction.Of(_configuration.Loss).Name),
        ("last_position", _configuration.Departures.LastPositionUnmasked));

    /// <inheritdoc/>
    public string FinalNormBackward(string gradient)
    {
        var from = MemorySlots.LayerNorm(_configuration) * _configuration.Auxiliary.HiddenSize;
        var restored = _layers.CarryTokens(LoadNorm(gradient), _normOutput, from, from, _configuration.HiddenSize - from);
        return _updatedNorm = Module(FinalBackwardModule, restored);
    }

    /// <inheritdoc/>
    public string Backward(int layer, string gradient) =>
        Walk.Backward(_plan, _blocks[layer].For(_names.Backward(layer, _step), _names.Loads(layer)), gradient);

    /// <inheritdoc/>
    public void Descended(string gradient)
    {
    }

    private string LoadNorm(string x) =>
        _updatedNorm is { } updated ? _layers.Join(updated, x) : _layers.Add("load_prefixes", [x], [TensorNames.FinalNormPrefixes]);

    private string Module(string name, string x) => _layers.Add("module", [x], [$"{TensorNames.Final}.{name}."], ("module", name));

    private int MemorySlot(Leaf leaf) => leaf switch
    {
        Norm => MemorySlots.LayerNorm(_configuration),
        Linear => MemorySlots.Linear(_configuration),
        Attention => MemorySlots.Attention(_configuration),
        Activation => MemorySlots.Activation(_configuration),
        _ => throw leaf.Unread("the materialised transformer"),
    };
}
