namespace Tint.Reference.Cuda.Tests.Ptx;

/// <summary>One instruction.</summary>
/// <param name="Guard">The predicate register that it depends on; −1 for none.</param>
/// <param name="GuardValue">The value at which it runs.</param>
/// <param name="Operation">The name, as in "mul.f64".</param>
/// <param name="Operands">The operands as written, the destination first.</param>
/// <param name="Target">The register that it writes; −1 for none.</param>
/// <param name="Compute">What it writes there, or does, returning 0; null for branches and returns.</param>
/// <param name="Jump">Where a branch goes; −1 for none.</param>
internal sealed record PtxInstruction(
    int Guard, ulong GuardValue, string Operation, IReadOnlyList<string> Operands, int Target, Func<PtxThread, ulong>? Compute, int Jump);
