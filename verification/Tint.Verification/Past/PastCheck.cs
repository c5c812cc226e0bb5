namespace Tint.Verification.Past;

/// <summary>One construction's result beside that of plain gradient descent.</summary>
internal sealed record PastCheck
{
    /// <summary>In whose manner, and of what.</summary>
    public required string Construction { get; init; }

    /// <summary>What is compared.</summary>
    public required string Compares { get; init; }

    /// <summary>Plain gradient descent's.</summary>
    public required double Expected { get; init; }

    /// <summary>The transformer's.</summary>
    public required double Got { get; init; }

    /// <summary>The error.</summary>
    public required double Error { get; init; }

    /// <summary>What rounding, and for σ's derivative the certificate, allow.</summary>
    public required double Bound { get; init; }

    /// <summary>Whether the error is within the bound.</summary>
    public bool Holds => Error <= Bound;
}
