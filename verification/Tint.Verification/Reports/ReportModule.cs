namespace Tint.Verification.Reports;

/// <summary>One module of a <see cref="ReportDocument"/>, compared in four ways.</summary>
internal sealed record ReportModule
{
    /// <summary>The module.</summary>
    public required string Module { get; init; }

    /// <summary>How many cases it has.</summary>
    public required int Cases { get; init; }

    /// <summary>What the construction computed against the file.</summary>
    public required ComparisonSummary ConstructionFixture { get; init; }

    /// <summary>What the construction computed against the simulation on the same inputs.</summary>
    public required ComparisonSummary ConstructionSimulation { get; init; }

    /// <summary>The simulation against the truth; a bound is certificate plus rounding.</summary>
    public required ComparisonSummary SimulationTruth { get; init; }

    /// <summary>The exact auxiliary model against autograd's numbers in the file.</summary>
    public required ComparisonSummary TruthAutograd { get; init; }

    /// <summary>The row of a module.</summary>
    public static ReportModule Of(ModuleSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return new ReportModule
        {
            Module = summary.Module,
            Cases = summary.Reports.Count,
            ConstructionFixture = Defined(summary.ConstructionFixture),
            ConstructionSimulation = Defined(summary.ConstructionSimulation),
            SimulationTruth = Defined(summary.SimulationTruth),
            TruthAutograd = Defined(summary.TruthAutograd),
        };
    }

    private static ComparisonSummary Defined(ComparisonSummary summary) => summary with
    {
        Error = ReportNumber.Defined(summary.Error),
        Bound = ReportNumber.Defined(summary.Bound),
        Ratio = ReportNumber.Defined(summary.Ratio),
        Relative = ReportNumber.Defined(summary.Relative),
    };
}
