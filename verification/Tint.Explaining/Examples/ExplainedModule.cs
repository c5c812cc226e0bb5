namespace Tint.Explaining.Examples;

/// <summary>A module to be explained.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Label">The fact of the walk-through that says what it does.</param>
/// <param name="Build">Makes it ready for a case.</param>
internal sealed record ExplainedModule(string Name, string Label, Func<Example, BuiltExample> Build)
{
    /// <summary>The class whose layers are walked through.</summary>
    public string Class { get; init; } = Name;

    /// <summary>The class whose source is shown.</summary>
    public string Source { get; init; } = Name;

    /// <summary>The modules that it runs side by side or in turn, whose formulas are its own; none for itself.</summary>
    public IReadOnlyList<string> Runs { get; init; } = [];
}
