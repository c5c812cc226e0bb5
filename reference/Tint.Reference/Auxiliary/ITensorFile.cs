namespace Tint.Reference.Auxiliary;

/// <summary>Named tensors that can be described without being read, such as those of a checkpoint. Several threads may read at once.</summary>
public interface ITensorFile
{
    /// <summary>The names of all tensors, each once.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>The sizes of a tensor's axes, outermost first; null where there is no tensor of that name.</summary>
    public IReadOnlyList<long>? ShapeOf(string name);

    /// <summary>Whether a tensor's entries are integers or truth values, as masks and quantised weights are: no parameter is.</summary>
    public bool HoldsIntegers(string name) => false;

    /// <summary>Reads a tensor that is there.</summary>
    public Tensor Read(string name);

    /// <summary>Reads a stretch of a tensor that is there, so that a long one need not be in memory.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="first">The first entry, counted row-major.</param>
    /// <param name="values">A place for each entry that is to be read.</param>
    public void Read(string name, long first, Span<double> values);
}
