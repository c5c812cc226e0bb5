namespace Tint.Reference.Configuration;

/// <summary>Departures and stencil as a whole: what a TinT follows.</summary>
/// <remarks>
/// <see cref="Published"/> is the published code, <see cref="Paper"/> turns V2 to V5 off, <see cref="Faithful"/> all that can be, with differences from both sides.
/// Source: C37, C38, C39.
/// </remarks>
public sealed record Preset
{
    private readonly Func<TintConfiguration, TintConfiguration> _of;

    private Preset(string name, Func<TintConfiguration, TintConfiguration> of) => (Name, _of) = (name, of);

    /// <summary>Everything as the published code does it.</summary>
    public static Preset Published { get; } = new(
        "published", static configuration => configuration with { Departures = Departures.Published, Stencil = Stencil.Forward });

    /// <summary>The paper's intent.</summary>
    public static Preset Paper { get; } = new(
        "paper", static configuration => configuration with { Departures = Departures.Paper, Stencil = Stencil.Forward });

    /// <summary>Plain SGD's update up to O(1/N²).</summary>
    public static Preset Faithful { get; } = new("faithful", static configuration => configuration.Faithful());

    /// <summary>All three.</summary>
    public static IReadOnlyList<Preset> All { get; } = [Published, Paper, Faithful];

    /// <summary>Its name, as on the command line.</summary>
    public string Name { get; }

    /// <summary>The same TinT that follows it.</summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="stencil">Another stencil than the preset's; null for its own.</param>
    public TintConfiguration Of(TintConfiguration configuration, Stencil? stencil = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var set = _of(configuration);
        return stencil is null ? set : set with { Stencil = stencil };
    }

    /// <summary>The preset of a name.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public static Preset Named(string name) => All.FirstOrDefault(preset => preset.Name == name) ?? throw new RuleViolationException(
        "a preset must be known", $"'{name}'", $"use one of {string.Join(", ", All.Select(static preset => preset.Name))}");

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
