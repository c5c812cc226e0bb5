namespace Tint.Reference.Configuration;

/// <summary>An activation as data: its name, and what tells it from others of its formula. A further constant is a further line.</summary>
/// <param name="Kind">The activation.</param>
/// <param name="Name">Its name in files.</param>
public sealed record ActivationForm(ActivationKind Kind, string Name)
{
    /// <summary>Every activation, in the order of <see cref="ActivationKind"/>.</summary>
    public static IReadOnlyList<ActivationForm> All { get; } =
    [
        new(ActivationKind.Relu, "relu"),
        new(ActivationKind.Gelu, "gelu"),
        new(ActivationKind.GeluNew, "gelu_new") { TanhFactor = Math.Sqrt(2 / Math.PI) },
        new(ActivationKind.Silu, "silu") { LogisticSlope = 1 },
        new(ActivationKind.QuickGelu, "quick_gelu") { LogisticSlope = 1.702 },
        new(ActivationKind.GeluBloom, "gelu_bloom") { TanhFactor = 0.79788456 },
        new(ActivationKind.GeluFast, "gelu_fast") { TanhFactor = 0.7978845608 },
    ];

    /// <summary>α of σ(z) = z/2·(1 + tanh(α(z + 0.044715 z³))); null where σ is of another formula.</summary>
    public double? TanhFactor { get; private init; }

    /// <summary>c of σ(z) = z/(1 + e^(−cz)); null where σ is of another formula.</summary>
    public double? LogisticSlope { get; private init; }

    /// <summary>What is known of an activation.</summary>
    /// <exception cref="RuleViolationException">It is none.</exception>
    public static ActivationForm Of(ActivationKind kind) =>
        (uint)kind < (uint)All.Count ? All[(int)kind] : throw Require.Unknown(kind, "the activation");
}
