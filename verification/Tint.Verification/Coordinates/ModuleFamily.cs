namespace Tint.Verification.Coordinates;

/// <summary>The families of modules that share a layout of prefixes and memory; a module's name starts with its family.</summary>
internal static class ModuleFamily
{
    private const string Linear = "Linear";
    private const string LayerNorm = "LayerNorm";
    private const string Attention = "Attention";
    private const string Activation = "Activation";

    /// <summary>A module that stands for its family where a state belongs to no single module of the manifest.</summary>
    public const string AnyLayerNorm = LayerNorm;

    public static bool IsLinear(string module) => module.StartsWith(Linear, StringComparison.Ordinal);

    public static bool IsLayerNorm(string module) => module.StartsWith(LayerNorm, StringComparison.Ordinal);

    public static bool IsAttention(string module) => module.StartsWith(Attention, StringComparison.Ordinal);

    public static bool IsActivation(string module) => module.StartsWith(Activation, StringComparison.Ordinal);
}
