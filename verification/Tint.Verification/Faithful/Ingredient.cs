using Tint.Reference.Configuration;

namespace Tint.Verification.Faithful;

/// <summary>A step on the way from the published TinT to one whose update is that of plain SGD; each has all those before it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="What">What is different from the one before.</param>
/// <param name="Apply">The configuration with it.</param>
internal sealed record Ingredient(string Name, string What, Func<TintConfiguration, TintConfiguration> Apply)
{
    /// <summary>From the published code to <see cref="TintConfiguration.Faithful"/>.</summary>
    public static IReadOnlyList<Ingredient> All { get; } =
    [
        new("published", "the published code", static c => c with { Stencil = Stencil.Forward, Departures = Departures.Published }),
        new("paper", "exact gates; V2, V4 and V5 off", static c => c with { Stencil = Stencil.Forward, Departures = Departures.Paper }),
        new(
            "every token",
            "V9 off: every token's gradient counts",
            static c => c with { Stencil = Stencil.Forward, Departures = Departures.Paper with { DescentsMasked = false } }),
        new("score path", "V1 off: queries and keys learn", static c => c.Faithful() with { Stencil = Stencil.Forward }),
        new("faithful", "central differences", static c => c.Faithful()),
    ];

    /// <summary>The configuration with it, and heads wide enough for the score path, which changes no number.</summary>
    public TintConfiguration Of(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var auxiliary = configuration.Auxiliary;
        return Apply(configuration with
        {
            HeadCount = AdmissibleShapes.HeadCounts(auxiliary.HiddenSize, auxiliary.HeadCount, configuration.HiddenSize).First(),
        });
    }
}
