namespace Tint.Cli;

/// <summary>What the process reports to its caller.</summary>
internal static class ExitCode
{
    /// <summary>All that was asked for was done, and every case agrees.</summary>
    public const int Success = 0;

    /// <summary>Every case ran, and at least one disagrees.</summary>
    public const int Disagreement = 1;

    /// <summary>The command line, a file or a case cannot be used, or the run was cancelled: the question has no answer.</summary>
    public const int Unusable = 2;
}
