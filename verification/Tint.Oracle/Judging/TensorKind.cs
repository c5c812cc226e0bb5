namespace Tint.Oracle.Judging;

/// <summary>What a tensor is in its case.</summary>
internal enum TensorKind
{
    /// <summary>A result that the case's file lists.</summary>
    Listed,

    /// <summary>A part of a listed result in the auxiliary model's shapes: a signal, a memory slot, a weight.</summary>
    Part,

    /// <summary>A named intermediate of a whole model.</summary>
    Intermediate,

    /// <summary>An input, given back with the answers.</summary>
    Input,
}
