namespace Tint.Reference.Auxiliary;

/// <summary>One tensor of an auxiliary model, named, with a view of its numbers.</summary>
/// <param name="Name">As in "layer 0 attention query weight" or "token embedding"; unique within a model.</param>
/// <param name="Kind">What the block is.</param>
/// <param name="Layer">The block's transformer layer; null for embeddings and the final norm.</param>
/// <param name="Rows">Rows of a matrix, entries of a vector.</param>
/// <param name="Columns">Columns of a matrix, 1 for a vector.</param>
/// <param name="Values">The entries, column after column; rows·columns of them.</param>
public sealed record ParameterBlock(
    string Name, ParameterKind Kind, int? Layer, int Rows, int Columns, ReadOnlyMemory<double> Values);
