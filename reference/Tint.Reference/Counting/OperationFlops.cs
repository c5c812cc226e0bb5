using Tint.Reference.Configuration;

namespace Tint.Reference.Counting;

/// <summary>
/// The floating-point operations of the auxiliary model's own matrix products in operations that the published code does not have, a multiplication and an addition for each
/// term. What is not a product of matrices (norms, activations, entrywise products, rotation, softmax, biases) is not counted.
/// </summary>
/// <remarks>
/// D = D_aux, T tokens, S of those that answer, m trained, F the inner width, H_kv·d the width of keys and values. A padded chunk costs TinT ⌈F/D⌉·D in F's place.
/// Source: C29, C30, C31, C35, C36.
/// </remarks>
/// <param name="auxiliary">D and H.</param>
/// <param name="form">What attention is.</param>
/// <param name="tokens">T.</param>
/// <param name="others">S of another sequence; null where tokens answer themselves.</param>
public sealed class OperationFlops(AuxiliaryConfiguration auxiliary, AttentionForm form, int tokens, int? others = null)
{
    private long Width => auxiliary.HiddenSize;

    private long Answering => others ?? tokens;

    /// <summary>Queries and the output projection over T tokens, keys and values over S: 4·T·D² + 4·S·D·H_kv·d.</summary>
    public long Projections => (4 * tokens * Width * Width) + (4 * Answering * Width * form.KeyValueWidth(auxiliary));

    /// <summary>⟨q_i, k_j⟩ and Σ_j a_ij v_j over the pairs that see each other, T(T + 1)/2 or T·S, for all H query heads: 4·D a pair.</summary>
    public long Attention => 4 * Width * Pairs;

    /// <summary>Σ_j a_ji g_j over the same pairs, the value path alone: 2·D a pair, where every gradient goes back.</summary>
    public long AttentionBackward => 2 * Width * Pairs;

    /// <summary>W_Vᵀ g_v over S tokens: 2·S·D·H_kv·d.</summary>
    public long ValueBackward => 2 * Answering * Width * form.KeyValueWidth(auxiliary);

    private long Pairs => form.IsCausal && others is null ? tokens * (tokens + 1L) / 2 : tokens * Answering;

    /// <summary>Σ_t m_t g_t x_tᵀ of the value layer: 2·m·D·H_kv·d.</summary>
    /// <param name="trained">m.</param>
    public long ValueDescent(int trained) => 2L * trained * Width * form.KeyValueWidth(auxiliary);

    /// <summary>W_o(σ(W_g x)∘(W_u x)): three products of T·D·F, 6·T·D·F. Backward as many, and a descent 6·m·D·F.</summary>
    /// <param name="inner">F.</param>
    public long GatedMlp(int inner) => 6L * tokens * Width * Require.AtLeast(inner, 1, "the inner width");

    /// <summary>The descents of a gated MLP's three layers: 6·m·D·F.</summary>
    /// <param name="inner">F.</param>
    /// <param name="trained">m.</param>
    public long GatedMlpDescent(int inner, int trained) => 6L * trained * Width * Require.AtLeast(inner, 1, "the inner width");
}
