using Tint.Oracle.Answers;
using Tint.Oracle.Explaining;
using Tint.Verification.Judging;

namespace Tint.Oracle.Judging;

/// <summary>How one tensor of a candidate's answers was judged.</summary>
internal sealed record TensorVerdict
{
    /// <summary>The tensor's name.</summary>
    public required string Tensor { get; init; }

    /// <summary>What it is in the case.</summary>
    public required TensorKind Kind { get; init; }

    /// <summary>What it agrees with.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What is wrong with its form.</summary>
    public AnswerFault Fault { get; init; }

    /// <summary>What is wrong, in words; null where it is as expected.</summary>
    public string? Problem { get; init; }

    /// <summary>The type of the candidate's numbers.</summary>
    public string? Type { get; init; }

    /// <summary>The comparison with what is expected: <c>Expected</c> is the reference, <c>Got</c> the candidate's.</summary>
    public TensorJudgement? Judgement { get; init; }

    /// <summary>
    /// For an intermediate: whether it follows from the candidate's own inputs of that step, within the rounding of that step alone; null where that
    /// was not judged.
    /// </summary>
    public TensorJudgement? OnOwnInputs { get; init; }

    /// <summary>What the numbers look like, best first.</summary>
    public IReadOnlyList<Explanation> Explanations { get; init; } = [];
}
