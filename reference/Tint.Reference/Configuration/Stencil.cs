namespace Tint.Reference.Configuration;

/// <summary>
/// The finite difference that stands for a derivative, N·w·(f(x + u/N) − f(x + b·u/N)) for Df(x)u with w = 1/(1 − b): two points, their distance, and
/// what Taylor's formula leaves.
/// </summary>
/// <remarks>
/// The published code has <see cref="Forward"/>. Its second point is x itself, whose f the forward pass has left in memory or which costs nothing;
/// <see cref="Central"/> looks at both sides of x, which takes one more evaluation of f and makes the error one of second order.
/// Source: C37.
/// </remarks>
public sealed record Stencil
{
    private Stencil(string name, int behind, int order, double remainder) =>
        (Name, Behind, Order, Remainder) = (name, behind, order, remainder);

    /// <summary>N(f(x + u/N) − f(x)): the error is at most sup‖D²f[u, u]‖/(2N).</summary>
    public static Stencil Forward { get; } = new("forward", 0, 1, 1.0 / 2);

    /// <summary>(N/2)(f(x + u/N) − f(x − u/N)): the error is at most sup‖D³f[u, u, u]‖/(6N²).</summary>
    public static Stencil Central { get; } = new("central", -1, 2, 1.0 / 6);

    /// <summary>Both.</summary>
    public static IReadOnlyList<Stencil> All { get; } = [Forward, Central];

    /// <summary>Its name, as on the command line.</summary>
    public string Name { get; }

    /// <summary>b, where the second point lies in units of u/N; the first lies at 1.</summary>
    public int Behind { get; }

    /// <summary>w = 1/(1 − b), what the difference is multiplied by besides N.</summary>
    public double Weight => 1.0 / (1 - Behind);

    /// <summary>p: the error falls as 1/N^p.</summary>
    public int Order { get; }

    /// <summary>r in ‖error‖ ≤ r·sup‖D^(p+1)f[u, …, u]‖/N^p, the sup over the segment between the two points and x.</summary>
    public double Remainder { get; }

    /// <summary>Whether the second point is x itself.</summary>
    public bool StartsAtPoint => Behind == 0;

    /// <summary>The stencil of a name.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public static Stencil Named(string name) => All.FirstOrDefault(stencil => stencil.Name == name) ?? throw new RuleViolationException(
        "a stencil must be known", $"'{name}'", $"use one of {string.Join(", ", All.Select(static stencil => stencil.Name))}");

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
