using Tint.Fixtures;
using Tint.Verification.Judging;
using Tint.Verification.Truth;

namespace Tint.Verification;

/// <summary>What came of one case.</summary>
public sealed record CaseReport
{
    /// <summary>The case.</summary>
    public required FixtureCase Case { get; init; }

    /// <summary>What came of it.</summary>
    public required CaseVerdict Verdict { get; init; }

    /// <summary>Why it could not be run or not be checked in full, in one line; null otherwise.</summary>
    public string? Problem { get; init; }

    /// <summary>How each tensor compares, in the order in which data flows: constructed weights, traced states, results.</summary>
    public IReadOnlyList<TensorJudgement> Judgements { get; init; } = [];

    /// <summary>How the construction compares with the simulation, and the simulation with the truth; null where that was not asked for.</summary>
    public CaseComparison? Comparison { get; init; }

    /// <summary>Why the case's auxiliary model is in no TinT, in one line, so that there is no comparison; null where it is.</summary>
    public string? NotSimulated { get; init; }

    /// <summary>How many layers lie above that of an update, from the top one, where the gradient comes from; −1 for the norm behind it.</summary>
    internal int DepthOf(LayerUpdate update) => update.Layer is { } layer ? Comparison!.Updates.Max(other => other.Layer ?? -1) - layer : -1;

    /// <summary>How many tensors the case lists under <c>expected.</c> and <c>constructed.</c>.</summary>
    public int TensorsListed => Case.Expected.Count + Case.Constructed.Count;

    /// <summary>How many of them were compared with what an engine computed.</summary>
    public int TensorsChecked => Judgements.Where(judgement => judgement.Unread is null).Select(judgement => judgement.Tensor).Distinct().Count();

    /// <summary>The reason of each tensor that was compared in shape only, because nothing reads its values.</summary>
    public IReadOnlyList<string> Unread => [.. Judgements.Select(judgement => judgement.Unread).OfType<string>()];

    /// <summary>How many values of its inputs nothing reads, by the reason: the case passes whatever they are.</summary>
    public IReadOnlyDictionary<string, int> ValuesUnread { get; init; } = new Dictionary<string, int>();

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The tensor with the largest error/bound, one that fails before one that passes; null where none was compared.</summary>
    public TensorJudgement? Worst => TensorJudgement.Worst(Judgements);

    /// <summary>The first tensor that disagrees, with the file or else with the simulation, or null.</summary>
    public TensorJudgement? FirstFailure => Judgements.Concat(Comparison?.Simulation ?? []).FirstOrDefault(judgement => !judgement.Passed);

    /// <summary>The first quantity that is farther from the truth than its certificate, or null.</summary>
    public CertificateCheck? FirstUncertified => Comparison?.Certificates.FirstOrDefault(check => !check.Passed);
}
