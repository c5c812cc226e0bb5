using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Model;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;

namespace Tint.Reference.Materialised;

/// <summary>What the published code calls a block's modules, forward and backward, with the weights of each.</summary>
/// <remarks>Source: C22, C27.</remarks>
internal sealed class PublishedModules(TintConfiguration configuration)
{
    private const string Reading = "the materialised transformer";

    private readonly BlockPlan _plan = BlockPlan.Of(configuration.Auxiliary);

    /// <summary>A block's leaves, each once.</summary>
    public IEnumerable<Leaf> Leaves => _plan.Leaves;

    /// <summary>The forward module of a leaf.</summary>
    public static string Forward(Leaf leaf) => Known(leaf).Name switch
    {
        "attention.norm" => "attention_ln",
        "attention" => "attention",
        "attention.output" => "attention_projection",
        "mlp.norm" => "ln_mlp",
        "mlp.inner" => "intermediate_mlp",
        "mlp.activation" => "activation_mlp",
        "mlp.outer" => "mlp_projection",
        _ => throw leaf.Unread(Reading),
    };

    /// <summary>The backward module of a leaf.</summary>
    public static string Backward(Leaf leaf) => Known(leaf).Name switch
    {
        "attention.norm" => "attention_ln_back",
        "attention" => "attention_back_descent",
        "attention.output" => "attention_projection_back_descent",
        "mlp.norm" => "mlp_ln_back",
        "mlp.inner" => "mlp_intermediate_back_descent",
        "mlp.activation" => "mlp_activation_back",
        "mlp.outer" => "mlp_projection_back_descent",
        _ => throw leaf.Unread(Reading),
    };

    /// <summary>The weights of a leaf's forward module.</summary>
    public IEnumerable<WeightTensor> ForwardTensors(Leaf leaf) => leaf switch
    {
        Norm => new LayerNormForward(configuration, MemorySlots.LayerNorm(configuration)).Tensors(),
        Linear => new LinearForward(configuration, MemorySlots.Linear(configuration)).Tensors(),
        Attention => new AttentionForward(configuration, MemorySlots.Attention(configuration)).Tensors(),
        Activation => new ActivationForward(configuration, MemorySlots.Activation(configuration)).Tensors(),
        _ => throw leaf.Unread(Reading),
    };

    /// <summary>The weights of a leaf's backward module.</summary>
    public IEnumerable<WeightTensor> BackwardTensors(Leaf leaf) => leaf switch
    {
        Norm => new LayerNormDescentBackward(configuration, MemorySlots.LayerNorm(configuration)).Tensors(),
        Linear linear => new LinearDescentBackward(configuration, MemorySlots.Linear(configuration), BlockBackward.Options(configuration, linear)).Tensors(),
        Attention attention => new AttentionBackwardDescent(
            configuration, MemorySlots.Attention(configuration), null, BlockBackward.Options(configuration, attention.Value)).Tensors(),
        Activation => new ActivationBackward(configuration, MemorySlots.Activation(configuration)).Tensors(),
        _ => throw leaf.Unread(Reading),
    };

    private static Place Known(Leaf leaf) => leaf.IsPublished ? leaf.Place : throw leaf.Unread(Reading);
}
