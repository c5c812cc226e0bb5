using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;

namespace Tint.Verification.Counting;

/// <summary>The weight tensors that each kind of module of a TinT materialises, and of which modules its blocks are made.</summary>
public static class ParameterTensors
{
    /// <summary>
    /// The modules of each part of a whole model, with how many of each. The C chunks of an MLP pass through the same inner, activation and
    /// outer module, and a backward step is always a backward and a descent module.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<(int Copies, string Module)>> Composition { get; } =
        new Dictionary<string, IReadOnlyList<(int, string)>>
        {
            ["forward block"] = [(2, "LayerNormForward"), (1, "AttentionForward"), (3, "LinearForward"), (1, "ActivationForward")],
            ["backward block"] =
            [
                (4, "LinearBackward"), (4, "LinearDescent"), (1, "ActivationBackward"), (2, "LayerNormBackward"), (2, "LayerNormDescent"),
                (1, "AttentionBackward"),
            ],
            ["final norm, forward and backward"] = [(1, "LayerNormForward"), (1, "LayerNormBackward"), (1, "LayerNormDescent")],
        };

    /// <summary>The tensors of every module, by the module's name.</summary>
    /// <exception cref="Reference.RuleViolationException">The shape is not admissible.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<WeightTensor>> Of(TintConfiguration configuration)
    {
        AdmissibleShapes.Check(configuration);
        int linear = MemorySlots.Linear(configuration), norm = MemorySlots.LayerNorm(configuration);
        int attention = MemorySlots.Attention(configuration), activation = MemorySlots.Activation(configuration);
        return new Dictionary<string, IReadOnlyList<WeightTensor>>
        {
            ["LinearForward"] = [.. new LinearForward(configuration, linear).Tensors()],
            ["LinearBackward"] = [.. new LinearBackward(configuration, linear).Tensors()],
            ["LinearDescent"] = [.. new LinearDescent(configuration, linear).Tensors()],
            ["LayerNormForward"] = [.. new LayerNormForward(configuration, norm).Tensors()],
            ["LayerNormBackward"] = [.. new LayerNormBackward(configuration, norm).Tensors()],
            ["LayerNormDescent"] = [.. new LayerNormDescent(configuration, norm).Tensors()],
            ["AttentionForward"] = [.. new AttentionForward(configuration, attention).Tensors()],
            ["AttentionBackward"] = [.. new AttentionBackward(configuration, attention).Tensors()],
            ["AttentionDescent"] = [.. new AttentionDescent(configuration, attention).Tensors()],
            ["ActivationForward"] = [.. new ActivationForward(configuration, activation).Tensors()],
            ["ActivationBackward"] = [.. new ActivationBackward(configuration, activation).Tensors()],
        };
    }
}
