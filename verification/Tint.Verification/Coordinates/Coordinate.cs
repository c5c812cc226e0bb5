namespace Tint.Verification.Coordinates;

/// <summary>One step of the way to a value, such as token 4.</summary>
/// <param name="Name">The axis or unit, in the paper's words.</param>
/// <param name="Value">The index or name along it.</param>
public sealed record Coordinate(string Name, string Value)
{
    /// <summary>A coordinate that counts from 0.</summary>
    public Coordinate(string name, int index)
        : this(name, index.ToString(System.Globalization.CultureInfo.InvariantCulture))
    {
    }

    /// <summary>The coordinate as in "token 4".</summary>
    public override string ToString() => $"{Name} {Value}";
}
