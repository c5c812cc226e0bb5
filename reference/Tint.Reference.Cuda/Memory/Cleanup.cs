namespace Tint.Reference.Cuda.Memory;

/// <summary>Giving things back to a device that may have failed.</summary>
internal static class Cleanup
{
    /// <summary>
    /// Runs every step although some may fail: whoever gets here disposes, or reports an earlier failure, and what a failed device no longer takes
    /// back it no longer has.
    /// </summary>
    public static void Attempt(params ReadOnlySpan<Action> steps)
    {
        foreach (var step in steps)
        {
            try
            {
                step();
            }
            catch (RuleViolationException)
            {
                // The failure before this one is the one that tells something.
            }
        }
    }
}
