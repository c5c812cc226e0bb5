namespace Tint.Verification;

/// <summary>What came of a case.</summary>
public enum CaseVerdict
{
    /// <summary>Every tensor that the case lists agrees.</summary>
    Passed,

    /// <summary>The case ran, and a tensor disagrees.</summary>
    Failed,

    /// <summary>The case could not be run or not be checked in full.</summary>
    Error,

    /// <summary>The run was cancelled before the case began.</summary>
    Skipped,
}
