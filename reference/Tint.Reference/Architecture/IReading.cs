namespace Tint.Reference.Architecture;

/// <summary>What a plan means to one who walks it: the signals between nodes, and how they add.</summary>
/// <typeparam name="TSignal">What flows between nodes: hidden states, a matrix, a count, a bound.</typeparam>
public interface IReading<TSignal>
{
    /// <summary>In how many parts the reading takes a chunked body: all C, or the whole width at once.</summary>
    public int Parts(Chunks chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        return chunks.Count;
    }

    /// <summary>The sum at a residual connection, of branches, or of chunks.</summary>
    /// <param name="node">Whose sum it is.</param>
    /// <param name="newer">What has just been computed; nobody else reads it, so that the sum may take its room.</param>
    /// <param name="older">The residual stream, or the sum so far.</param>
    public TSignal Add(Node node, TSignal newer, TSignal older);

    /// <summary>Nobody will read a signal any more, but for the memory that a leaf may have made of it.</summary>
    public void Release(TSignal signal)
    {
    }
}
