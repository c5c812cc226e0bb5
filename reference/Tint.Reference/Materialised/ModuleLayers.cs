using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;

namespace Tint.Reference.Materialised;

/// <summary>
/// The modules of the construction as plain layers, each in the order in which its Run computes; weights go by the names that its Tensors gives them.
/// </summary>
/// <remarks>Source: C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14.</remarks>
internal sealed partial class ModuleLayers(TintConfiguration configuration, LayerList layers)
{
    private readonly int _width = configuration.Auxiliary.HiddenSize;
    private readonly double _gate = Math.Tanh(configuration.EffectiveGateScale);

    private string Mask => configuration.RestrictPrefixes ? "tokens_to_prefixes" : "causal";

    private int LinearHeadCount => LinearHeads.Count(configuration);

    public string LinearForward(string x, string at, int? memory)
    {
        var output = layers.LinearAttention(x, $"{at}attnt_module", LinearHeadCount, Mask);
        output = layers.MixHeads(layers.MapHeads(output, $"{at}permutation_conv"), $"{at}bias_add_conv");
        output = memory is { } slot ? Carry(output, x, 0, slot) : output;
        return layers.GatePositions(x, output, $"{at}gates");
    }

    public string LinearBackward(string x, string at, int memory) =>
        layers.GatePositions(x, CarryFrom(layers.LinearAttention(x, $"{at}attnt_module", LinearHeadCount, Mask), x, memory), $"{at}gates");

    public string LinearDescent(string x, string at, bool diagonalOnly = false)
    {
        var update = layers.LinearAttention(x, $"{at}attnt_module", LinearHeadCount, "prefixes_to_trained_tokens");
        if (diagonalOnly)
        {
            update = layers.Add("keep_diagonal", [update], [], ("rows_per_prefix", configuration.RowsPerPrefix), ("width", _width));
        }

        return layers.GatePositions(x, update, $"{at}gates");
    }

    public string LinearDescentBackward(string x, string at, int memory) =>
        layers.Join(LinearDescent(x, $"{at}descent."), LinearBackward(x, $"{at}backward.", memory));

    public string LayerNormForward(string x, string at) => NormForward(x, at, Normalised);

    public string LayerNormBackward(string x, string at) => NormBackward(x, at, Normalised);

    private string NormForward(string x, string at, Func<string, string> normalised)
    {
        var memory = MemorySlots.LayerNorm(configuration);
        var normal = layers.GatePositions(x, normalised(x), $"{at}normalization_gates");
        return Carry(LinearForward(normal, $"{at}linear.", memory), x, 0, memory + 1);
    }

    private string NormBackward(string x, string at, Func<string, string> normalised)
    {
        var gradient = LinearBackward(x, $"{at}linear.", MemorySlots.LayerNorm(configuration));
        if (!configuration.Stencil.StartsAtPoint)
        {
            // Both points stand side by side; each is normalised in slot 0 in its turn.
            var ahead = layers.MixHeads(normalised(layers.MixHeads(gradient, $"{at}c_fc")), $"{at}exchange_fc");
            return layers.GatePositions(x, layers.MixHeads(normalised(ahead), $"{at}proj_fc"), $"{at}normalization_gates");
        }

        var shifted = layers.GateFeatures(gradient, layers.MixHeads(gradient, $"{at}c_fc"), _width, _gate);
        var normal = normalised(shifted);
        var difference = layers.GateFeatures(normal, layers.MixHeads(normal, $"{at}proj_fc"), _width, _gate);
        return layers.GatePositions(x, difference, $"{at}normalization_gates");
    }

    public string LayerNormDescent(string x, string at) =>
        LinearDescent(x, $"{at}linear.", diagonalOnly: !configuration.Departures.DenseLayerNormDescent);

    public string LayerNormDescentBackward(string x, string at) => layers.Join(LayerNormDescent(x, $"{at}descent."), LayerNormBackward(x, $"{at}backward."));

    public string ActivationForward(string x, string at)
    {
        var activated = layers.Activate(layers.MixHeads(x, $"{at}mlp_module.c_fc"), configuration.Auxiliary.Activation);
        var output = layers.MapHeads(activated, $"{at}mlp_module.c_proj");
        return layers.GatePositions(x, Carry(output, x, 0, MemorySlots.Activation(configuration)), $"{at}mlp_gates");
    }

    public string ActivationBackward(string x, string at) =>
        layers.MixHeads(layers.Activate(layers.MixHeads(x, $"{at}c_fc"), configuration.Auxiliary.Activation), $"{at}proj_fc");

    public string AttentionForward(string queries, string keys, string values, string at) =>
        Attended(queries, keys, values, at, projected => Softmax(projected, at, transposed: false));

    public string AttentionBackward(string x, string at) => layers.GatePositions(
        x, CarryFrom(Softmax(x, at, transposed: true), x, MemorySlots.Attention(configuration)), $"{at}attnt_gates");

    public string AttentionBackwardDescent(string x, string at) => LinearDescentBackward(
        configuration.BackpropagateThroughAttention ? AttentionBackward(x, $"{at}attention_back.") : x,
        $"{at}linearback_descent.",
        MemorySlots.Attention(configuration) + 2);

    /// <summary>Three loads of the prefixes, attention over their results, memory.</summary>
    private string Attended(string queries, string keys, string values, string at, Func<string, string> attend)
    {
        var memory = MemorySlots.Attention(configuration);
        var projected = LinearForward(queries, $"{at}linear.", null);
        projected = Carry(projected, LinearForward(keys, $"{at}linear.", null), 0, 1);
        projected = Carry(projected, LinearForward(values, $"{at}linear.", null), 0, 2);
        var output = attend(projected);
        output = Carry(Carry(output, projected, 0, memory), projected, 1, memory + 1);
        return layers.GatePositions(projected, Carry(output, queries, 0, memory + 2), $"{at}gates");
    }

    private string Normalised(string x) =>
        layers.GateFeatures(x, layers.Normalise(x, _width, _gate, configuration.Auxiliary.LayerNormEpsilon), _width, _gate);

    private string Softmax(string x, string at, bool transposed) => layers.SoftmaxAttention(
        x, $"{at}attnt_module", configuration.HeadCount, 1 / Math.Sqrt(configuration.Auxiliary.HeadSize), transposed);

    private string Carry(string x, string y, int fromSlot, int toSlot) =>
        layers.CarryTokens(x, y, fromSlot * _width, toSlot * _width, _width);

    private string CarryFrom(string x, string y, int slot) =>
        layers.CarryTokens(x, y, slot * _width, slot * _width, configuration.HiddenSize - (slot * _width));
}
