namespace Tint.Explaining.Walking;

/// <summary>
/// The walk of one module on the small case: what is claimed of it, its code, its weights, the states layer by layer, and what holds it. Texts are those of the documents and
/// sources that the program was built from; every number is computed.
/// </summary>
public sealed record ModuleWalk
{
    /// <summary>The module, or what is asked of attention.</summary>
    public required string Module { get; init; }

    /// <summary>The fact's label.</summary>
    public required string Label { get; init; }

    /// <summary>The place in the paper; empty where none is known.</summary>
    public required string Paper { get; init; }

    /// <summary>The place in the published code, or that there is none.</summary>
    public required string PublishedCode { get; init; }

    /// <summary>The source's own summary.</summary>
    public required string Summary { get; init; }

    /// <summary>The two or three sentences by which the source derives its weights.</summary>
    public required string Derivation { get; init; }

    /// <summary>The walk-through's paragraphs.</summary>
    public required IReadOnlyList<string> Claim { get; init; }

    /// <summary>What it leaves where.</summary>
    public required IReadOnlyList<FormulaRow> Formulas { get; init; }

    /// <summary>D, H, K, n, D_sim, H_sim.</summary>
    public required IReadOnlyDictionary<string, int> Shape { get; init; }

    /// <summary>η.</summary>
    public required double LearningRate { get; init; }

    /// <summary>N.</summary>
    public required double FiniteDifferenceScale { get; init; }

    /// <summary>What else the case has that is not the published construction's, as "weight decay 0.5"; empty for nothing.</summary>
    public required string Options { get; init; }

    /// <summary>m, [T].</summary>
    public required IReadOnlyList<double> TrainMask { get; init; }

    /// <summary>The states that go in.</summary>
    public required IReadOnlyList<StateTable> Inputs { get; init; }

    /// <summary>The layers, in order.</summary>
    public required IReadOnlyList<WalkStep> Steps { get; init; }

    /// <summary>The states that come out.</summary>
    public required IReadOnlyList<StateTable> Outputs { get; init; }

    /// <summary>The layers against the construction, that against the closed form, that against the auxiliary model's own calculus.</summary>
    public required IReadOnlyList<LiveCheck> Checks { get; init; }

    /// <summary>What else holds it.</summary>
    public required Coverage Coverage { get; init; }

    /// <summary>The source's path in the repository.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The source.</summary>
    public required string Source { get; init; }

    /// <summary>Whether every check holds.</summary>
    public bool Holds => Checks.All(static check => check.Ratio <= 1);
}
