namespace Tint.Reference.Configuration;

/// <summary>
/// The places where the published code departs from plain SGD on the auxiliary model and where a caller may turn the departure off.
/// <see cref="Published"/> reproduces the published code, <see cref="Paper"/> the paper's intent, <see cref="Faithful"/> keeps none; each switch also works
/// alone.
/// </summary>
/// <remarks>
/// V7 (embeddings are not trained, gradients are summed) is the construction itself and has no switch. V6 (biases in prefixes other than the first go stale) is never read. V8 (a check for empty memory that adds signed
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
    /// None: the update of plain SGD up to what finite differences leave; <see cref="TintConfiguration.Faithful"/> takes central ones as well.
    /// </summary>
    public static Departures Faithful { get; } = Paper with { ScorePathDropped = false, DescentsMasked = false };

    /// <summary>
    /// V1. True: attention's backward step holds its weights constant, and queries and keys never learn. False: their gradients are formed by a finite difference
    /// of softmax attention, queries and keys learn, and their gradients go back to the input. It needs heads of at least 2·D_aux/H_aux coordinates.
    /// </summary>
    public bool ScorePathDropped { get; init; } = true;

    /// <summary>
    /// V9. True: descents sum over the trained tokens, and attention sends back to earlier tokens the gradients of trained ones alone, though the loss also has a
    /// gradient at the untrained token before a trained one. False: every token's gradient counts.
    /// </summary>
    public bool DescentsMasked { get; init; } = true;

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
            (ScorePathDropped, nameof(ScorePathDropped)),
            (DescentsMasked, nameof(DescentsMasked)),
            (GateLeak, nameof(GateLeak)),
            (MlpBiasLearntPerChunk, nameof(MlpBiasLearntPerChunk)),
            (LastPositionUnmasked, nameof(LastPositionUnmasked)),
            (DenseLayerNormDescent, nameof(DenseLayerNormDescent)),
        ];
        return this == Published ? "as published"
            : this == Paper ? "as in the paper"
            : this == Faithful ? "none"
            : string.Join(", ", switches.Where(static one => one.On).Select(static one => one.Name));
    }
}
