namespace Tint.Verification.Reports;

/// <summary>The set of cases that a run's were chosen from, and how much of it the run has looked at.</summary>
/// <param name="Directory">Its directory as the user named it; null for the cases that ship.</param>
/// <param name="Cases">How many cases it has.</param>
/// <param name="Tensors">How many tensors they list.</param>
/// <param name="CasesJudged">How many cases the run judged, for or against; those in error or skipped are not among them.</param>
internal sealed record ReportSet(string? Directory, int Cases, int Tensors, int CasesJudged);
