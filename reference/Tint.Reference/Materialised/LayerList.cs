using Tint.Reference.Configuration;

namespace Tint.Reference.Materialised;

/// <summary>Layers as they are written down, one after the other; each method says what its layer computes.</summary>
/// <param name="states">What the layers call their outputs, before a number.</param>
internal sealed class LayerList(string states)
{
    private readonly List<TransformerLayer> _layers = [];

    /// <summary>The layers so far.</summary>
    public IReadOnlyList<TransformerLayer> Layers => _layers;

    /// <summary>A layer of any kind; returns the name of its output.</summary>
    public string Add(string kind, string[] inputs, string[] weights, params (string Name, object Value)[] settings)
    {
        var output = FormattableString.Invariant($"{states}{_layers.Count + 1}");
        _layers.Add(new TransformerLayer(kind, inputs, output)
        {
            Weights = weights,
            Settings = [.. settings.Select(static setting => KeyValuePair.Create(setting.Name, setting.Value))],
        });
        return output;
    }

    /// <summary>The linear attention of C16: out_i = Σ_j mask_ij ⟨q_i, k_j⟩ v_j.</summary>
    public string LinearAttention(string x, string weights, int heads, string mask) =>
        Add("attention", [x], [weights], ("heads", heads), ("softmax", false), ("mask", mask));

    /// <summary>The softmax attention of C17, among tokens; transposed, the scores go back.</summary>
    public string SoftmaxAttention(string x, string weights, int heads, double scale, bool transposed) => Add(
        "attention", [x], [weights], ("heads", heads), ("softmax", true), ("scale", scale), ("mask", "tokens_to_earlier_tokens"), ("transposed", transposed));

    /// <summary>The softmax attention of C17 and of C32 to C36: of other scores, over all tokens, or over another sequence's.</summary>
    /// <param name="x">The states that ask.</param>
    /// <param name="others">The states that answer; null for those that ask.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="scale">What scores are multiplied by.</param>
    /// <param name="mask">Who sees whom.</param>
    /// <param name="transposed">Whether scores go back, and past which tokens; null forward.</param>
    /// <param name="turnsValues">Whether a rotation turns values as well, and results back.</param>
    public string SoftmaxAttention(
        string x, string? others, string weights, int heads, double scale, string mask, string? transposed, bool turnsValues = false) => Add(
        "attention",
        others is null ? [x] : [x, others],
        [weights],
        ("heads", heads),
        ("softmax", true),
        ("scale", scale),
        ("mask", mask),
        ("transposed", transposed ?? "no"),
        ("turns_values", turnsValues));

    /// <summary>States whose tokens are empty.</summary>
    public string EmptyTokens(string x) => Add("empty_tokens", [x], []);

    /// <summary>A mixing of heads, coordinate by coordinate.</summary>
    public string MixHeads(string x, string weights) => Add("mix_heads", [x], [weights]);

    /// <summary>A linear map inside each head.</summary>
    public string MapHeads(string x, string weights) => Add("map_heads", [x], [weights]);

    /// <summary>(x − μ)/√(eps + w·var), with mean and variance of the first coordinates.</summary>
    public string Normalise(string x, int columns, double weight, double epsilon) =>
        Add("normalise", [x], [], ("columns", columns), ("weight", weight), ("epsilon", epsilon));

    /// <summary>A gate by coordinate: w·new + (1 − w)·old in the first ones, old in the others.</summary>
    public string GateFeatures(string old, string @new, int columns, double weight) =>
        Add("gate_features", [old, @new], [], ("columns", columns), ("weight", weight));

    /// <summary>A gate by position: tanh(a·p + a₀)·old + tanh(b·p + b₀)·new, p the position's one-hot.</summary>
    public string GatePositions(string old, string @new, string weights) => Add("gate_positions", [old, @new], [weights]);

    /// <summary>The activation at every coordinate.</summary>
    public string Activate(string x, ActivationKind activation) => Add("activate", [x], [], ("function", ActivationForm.Of(activation).Name));

    /// <summary>Residual connection: x + y.</summary>
    public string AddStates(string x, string y) => Add("add", [x, y], []);

    /// <summary>Residual connection with the sign turned: x − y.</summary>
    public string SubtractStates(string x, string y) => Add("subtract", [x, y], []);

    /// <summary>A residual connection that carries some coordinates of the tokens: those of y take the place of those of x.</summary>
    public string CarryTokens(string x, string y, int from, int to, int columns) =>
        Add("carry_tokens", [x, y], [], ("from", from), ("to", to), ("columns", columns));

    /// <summary>The prefixes of one and the tokens of another.</summary>
    public string Join(string prefixes, string tokens) => Add("join", [prefixes, tokens], []);
}
