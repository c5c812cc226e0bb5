namespace Tint.Mutation.Faults;

/// <summary>The named faults in the sources.</summary>
public static class SourceMutants
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SourceMutant> All { get; } =
        [.. SimulationFaults.All, .. OperationFaults.All, .. CertificateFaults.All, .. RoundingFaults.All, .. JudgeFaults.All];
}
