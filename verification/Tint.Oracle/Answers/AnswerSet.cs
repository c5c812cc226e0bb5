namespace Tint.Oracle.Answers;

/// <summary>What a candidate wrote for one case.</summary>
/// <param name="Case">The case's id, as the file or folder is named.</param>
/// <param name="Tensors">The tensors that could be read.</param>
/// <param name="Faults">The files, or tensors within one, that could not be read, with the fault in words.</param>
internal sealed record AnswerSet(string Case, IReadOnlyList<AnswerTensor> Tensors, IReadOnlyList<(string Name, AnswerFault Fault, string Words)> Faults);
