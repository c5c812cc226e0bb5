using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Verification.Engines;

/// <summary>Which inputs a case may have. One that nobody knows is refused; one that only modules of another kind read is counted as unread.</summary>
internal static class InputNames
{
    /// <summary>The names of a whole model's weights begin with this; <see cref="Reference.Families.HuggingFaceWeights"/> accounts for them.</summary>
    public const string Weights = "aux.";

    private const string IclMask = "icl_mask";

    private static readonly string[] OfModels = ["input_ids", "train_mask", "labels", "gradient_mask", IclMask, "encoder_input_ids"];

    private static readonly string[] OfModules = ["hidden_states", "position_embeddings"];
    private static readonly string[] OfMaskedModules = ["attention_mask", "train_mask"];
    private static readonly string[] OfAttentionForward = ["key_prefixes", "value_prefixes"];

    /// <summary>Whether a module reads an input.</summary>
    /// <param name="module">The module, not a whole model.</param>
    /// <param name="name">The input's name.</param>
    public static bool IsRead(string module, string name) => OfModule(module).Contains(name);

    /// <summary>Refuses a case with an input that nobody knows.</summary>
    /// <exception cref="RuleViolationException">There is one.</exception>
    public static void Check(FixtureCase fixtureCase)
    {
        var isModel = fixtureCase.Module == FixtureModules.WholeModel;
        string[] known = isModel ? OfModels : [.. OfModules, .. OfMaskedModules, IclMask, .. OfAttentionForward, .. ParameterInputs.Names(fixtureCase.Module)];
        if (fixtureCase.Inputs.FirstOrDefault(name => !known.Contains(name) && !(isModel && name.StartsWith(Weights, StringComparison.Ordinal)))
            is { } unknown)
        {
            throw new RuleViolationException(
                $"every input of {fixtureCase.Module} must be one that is read",
                $"input.{Printable.Name(unknown)}",
                $"use {string.Join(", ", known)}" + (isModel ? $" and {Weights}*" : string.Empty));
        }
    }

    private static string[] OfModule(string module)
    {
        var (isAttention, isForward) = (module.StartsWith("Attention", StringComparison.Ordinal), module == "AttentionForward");
        var isMasked = module.Contains("Descent", StringComparison.Ordinal) || (isAttention && !isForward);
        return
        [
            .. OfModules, .. isMasked ? OfMaskedModules : [], .. isAttention ? [IclMask] : Array.Empty<string>(), .. isForward ? OfAttentionForward : [],
            .. ParameterInputs.Names(module),
        ];
    }
}
