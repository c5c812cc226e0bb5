using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>
/// One transformer block: x ← x + Output·attention(AttentionNorm(x)), then x ← x + Outer·σ(Inner·MlpNorm(x)), biases included.
/// </summary>
public sealed record AuxiliaryLayer
{
    /// <summary>The normalisation before attention.</summary>
    public required LayerNormParameters AttentionNorm { get; init => field = Require.Present(value, "the attention norm"); }

    /// <summary>W_Q and b_Q, [D_aux × D_aux]; head h takes rows h·D_aux/H_aux and on.</summary>
    public required LinearParameters Query { get; init => field = Require.Present(value, "the query layer"); }

    /// <summary>W_K and b_K, as <see cref="Query"/>.</summary>
    public required LinearParameters Key { get; init => field = Require.Present(value, "the key layer"); }

    /// <summary>W_V and b_V, as <see cref="Query"/>.</summary>
    public required LinearParameters Value { get; init => field = Require.Present(value, "the value layer"); }

    /// <summary>The projection after attention, [D_aux × D_aux].</summary>
    public required LinearParameters Output { get; init => field = Require.Present(value, "the attention output"); }

    /// <summary>The normalisation before the MLP.</summary>
    public required LayerNormParameters MlpNorm { get; init => field = Require.Present(value, "the MLP norm"); }

    /// <summary>The MLP's first layer, [C·D_aux × D_aux].</summary>
    public required LinearParameters Inner { get; init => field = Require.Present(value, "the MLP's inner layer"); }

    /// <summary>The MLP's second layer, [D_aux × C·D_aux].</summary>
    public required LinearParameters Outer { get; init => field = Require.Present(value, "the MLP's outer layer"); }

    /// <summary>Checks shapes, and that every number is finite.</summary>
    /// <param name="configuration">The shape.</param>
    /// <param name="index">Which block it is, for the message.</param>
    /// <exception cref="RuleViolationException">A parameter has another shape, or holds NaN or infinity.</exception>
    public void Check(AuxiliaryConfiguration configuration, int index)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        int width = configuration.HiddenSize, inner = configuration.InnerSize;
        ParameterCheck.Norm(AttentionNorm, width, $"layer {index} attention norm");
        ParameterCheck.Linear(Query, width, width, $"layer {index} query");
        ParameterCheck.Linear(Key, width, width, $"layer {index} key");
        ParameterCheck.Linear(Value, width, width, $"layer {index} value");
        ParameterCheck.Linear(Output, width, width, $"layer {index} attention output");
        ParameterCheck.Norm(MlpNorm, width, $"layer {index} MLP norm");
        ParameterCheck.Linear(Inner, inner, width, $"layer {index} MLP inner");
        ParameterCheck.Linear(Outer, width, inner, $"layer {index} MLP outer");
    }
}
