namespace Tint.Oracle.Serving;

/// <summary>What one request may take.</summary>
internal sealed record ServeLimits
{
    /// <summary>The longest header line, in bytes.</summary>
    public int HeaderBytes { get; init; } = 1 << 16;

    /// <summary>The longest body, in bytes.</summary>
    public long BodyBytes { get; init; } = 64L << 20;

    /// <summary>How long a request may be worked on.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many requests are worked on at a time; further ones wait unread.</summary>
    public int Parallel { get; init; } = Environment.ProcessorCount;

    /// <summary>How many connections are held at a time; further ones are closed.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>The largest size that a configuration may name: a width, a number of prefixes, of positions, of words.</summary>
    public int Size { get; init; } = 1 << 16;

    /// <summary>The largest count that a configuration may name: of layers, heads or steps.</summary>
    public int Count { get; init; } = 64;

    /// <summary>The most entries of one state, (K + T) × D_sim, and of one attention, T × T.</summary>
    public long StateEntries { get; init; } = 1L << 22;
}
