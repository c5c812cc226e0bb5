namespace Tint.Reference.Counting;

/// <summary>
/// The paper's parameter count by its formula: per layer 21Q + 6·D_sim·H_sim + Q_split with Q_split = D_sim²/H_sim + H_sim·D_sim and
/// Q = 4·Q_split + 3·T_sim·D_sim/H_sim, T_sim = T_aux + K; biases, permutations, gates, prefix loads and embeddings are left out.
/// </summary>
/// <remarks>Source: C27.</remarks>
/// <param name="Name">The auxiliary model.</param>
/// <param name="AuxiliaryHiddenSize">D_aux.</param>
/// <param name="LayerCount">L.</param>
/// <param name="HeadCount">H_sim.</param>
/// <param name="Quoted">The paper's table as quoted, in billions; not checked against its text.</param>
public sealed record PaperFormula(string Name, int AuxiliaryHiddenSize, int LayerCount, int HeadCount, double Quoted)
{
    private const int AuxiliaryTokens = 2048;

    /// <summary>The rows of the paper's table: D_sim = 4·D_aux, K = D_aux/4, T_aux = 2048.</summary>
    public static IReadOnlyList<PaperFormula> Table { get; } =
    [
        new("OPT-125M", 768, 12, 12, 1.2),
        new("OPT-350M", 1024, 24, 16, 3.4),
        new("OPT-1.3B", 2048, 24, 16, 10.8),
        new("OPT-2.7B", 2560, 32, 16, 21.8),
    ];

    /// <summary>D_sim.</summary>
    public int HiddenSize => 4 * AuxiliaryHiddenSize;

    /// <summary>K.</summary>
    public int PrefixCount => AuxiliaryHiddenSize / 4;

    /// <summary>Q_split, one projection of heads and head mixing.</summary>
    public long SplitProjection => ((long)HiddenSize * HiddenSize / HeadCount) + ((long)HeadCount * HiddenSize);

    /// <summary>Q, one attention layer.</summary>
    public long Attention => (4 * SplitProjection) + (3L * (AuxiliaryTokens + PrefixCount) * HiddenSize / HeadCount);

    /// <summary>One layer, forward, backward and descent.</summary>
    public long Layer => (21 * Attention) + (6L * HiddenSize * HeadCount) + SplitProjection;

    /// <summary>All layers.</summary>
    public long Total => LayerCount * Layer;
}
