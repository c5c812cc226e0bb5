namespace Tint.Reference.Configuration;

/// <summary>
/// The places where the published code departs from plain SGD on the auxiliary model and where a caller may turn the departure off.
/// <see cref="Published"/> reproduces the published code, <see cref="Paper"/> the paper's intent; each switch also works alone.
/// </summary>
/// <remarks>
/// V1 (the score path of attention is dropped) and V7 (embeddings are not trained, gradients are summed) are the construction itself and
/// have no switch. V6 (biases in prefixes other than the first go stale) is never read. V8 (a check for empty memory that adds signed
/// values) is replaced here: which slots a module leaves empty follows from its weights alone.
/// </remarks>
public sealed record Departures
{
    /// <summary>Everything as the published code does it.</summary>
    public static Departures Published { get; } = new();

    /// <summary>The paper's intent: exact gates, MLP bias learnt once, last position masked, diagonal LayerNorm descent.</summary>
    public static Departures Paper { get; } = new()
    {
        GateLeak = false,
        MlpBiasLearntPerChunk = false,
        LastPositionUnmasked = false,
        DenseLayerNormDescent = false,
    };

    /// <summary>
    /// V3. True: a gate is tanh(G) = ρ &lt; 1 at the configured G. False: the gate scale is raised until tanh is 1 to the last bit, so that
    /// LayerNorm's backward no longer multiplies 1 − ρ by N.
    /// </summary>
    public bool GateLeak { get; init; } = true;

    /// <summary>
    /// V2. True: each of the C chunks that hold bias/C learns with the full η, so the MLP's output bias moves C times too far. False: each
    /// chunk learns with η/C, and their sum moves by η Σ m g.
    /// </summary>
    public bool MlpBiasLearntPerChunk { get; init; } = true;

    /// <summary>
    /// V4. True: the last position, which has no next token, keeps its loss gradient with a target of zero. False: that gradient is zero.
    /// </summary>
    public bool LastPositionUnmasked { get; init; } = true;

    /// <summary>
    /// V5, read only where LayerNorm weights are trained. True: the descent subtracts the full outer product, so γ stops being diagonal and
    /// LayerNorm becomes a dense linear map. False: only γ's diagonal is updated.
    /// </summary>
    public bool DenseLayerNormDescent { get; init; } = true;

    /// <summary>The switches that are on.</summary>
    public override string ToString()
    {
        (bool On, string Name)[] switches =
        [
            (GateLeak, nameof(GateLeak)),
            (MlpBiasLearntPerChunk, nameof(MlpBiasLearntPerChunk)),
            (LastPositionUnmasked, nameof(LastPositionUnmasked)),
            (DenseLayerNormDescent, nameof(DenseLayerNormDescent)),
        ];
        return this == Published ? "as published"
            : this == Paper ? "as in the paper"
            : string.Join(", ", switches.Where(static one => one.On).Select(static one => one.Name));
    }
}
