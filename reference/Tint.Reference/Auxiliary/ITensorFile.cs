namespace Tint.Reference.Auxiliary;

/// <summary>Named tensors that can be described without being read, such as those of a checkpoint. Several threads may read at once.</summary>
public interface ITensorFile
{
    /// <summary>The number of tensors.</summary>
    public int Count { get; }

    /// <summary>The sizes of a tensor's axes, outermost first; null where there is no tensor of that name.</summary>
    public IReadOnlyList<long>? ShapeOf(string name);

    /// <summary>Reads a tensor that is there.</summary>
    public Tensor Read(string name);
}
