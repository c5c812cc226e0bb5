using Tint.Fixtures;
using Tint.Oracle.Answers;
using Tint.Oracle.Explaining;

namespace Tint.Oracle.Judging;

/// <summary>How a candidate's answers to one case were judged.</summary>
internal sealed record CaseJudgement
{
    /// <summary>The case.</summary>
    public required FixtureCase Case { get; init; }

    /// <summary>Every tensor that was answered, and every fault of the answers' form, in the order in which data flows.</summary>
    public required IReadOnlyList<TensorVerdict> Tensors { get; init; }

    /// <summary>The listed tensors that no answer covers.</summary>
    public IReadOnlyList<string> NotCovered { get; init; } = [];

    /// <summary>Why the case could not be judged at all; null where it was.</summary>
    public string? Problem { get; init; }

    /// <summary>Mistakes that explain all answers of the case together, best first.</summary>
    public IReadOnlyList<Explanation> Explanations { get; init; } = [];

    /// <summary>Whether mistakes were looked for.</summary>
    public bool WasExplained { get; init; }

    /// <summary>How many tensors the case lists.</summary>
    public int Listed => Case.Expected.Count + Case.Constructed.Count;

    /// <summary>How many of them were compared, whole or in all their parts.</summary>
    public int Covered => Listed - NotCovered.Count;

    /// <summary>How many results were compared: listed tensors, parts and intermediates.</summary>
    public int Compared => Tensors.Count(tensor => tensor.Kind != TensorKind.Input && tensor.Verdict != Verdict.NotCompared);

    /// <summary>The tensors that do not agree with what is expected, in the order in which data flows.</summary>
    public IEnumerable<TensorVerdict> Failing => Tensors.Where(tensor => !Passes(tensor));

    /// <summary>Whether all that was answered agrees with what is expected.</summary>
    public bool Passed => Problem is null && Compared > 0 && !Failing.Any();

    /// <summary>
    /// The tensor at which the candidate first goes wrong: an input that is another, else the first step that does not follow from its own inputs, else
    /// the first tensor that differs.
    /// </summary>
    public TensorVerdict? First => Failing.FirstOrDefault(tensor => tensor.Kind == TensorKind.Input)
        ?? Failing.FirstOrDefault(tensor => tensor.OnOwnInputs is { Passed: false })
        ?? Failing.FirstOrDefault(tensor => tensor.Fault is not (AnswerFault.Missing or AnswerFault.Extra))
        ?? Failing.FirstOrDefault();

    /// <summary>Whether a tensor is as it should be; an intermediate that only carries on what went wrong before it is not.</summary>
    private static bool Passes(TensorVerdict tensor) =>
        tensor.Verdict == Verdict.Expected && tensor.OnOwnInputs is not { Passed: false };
}
