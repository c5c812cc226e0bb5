using Tint.Reference;
using Tint.Reference.Cuda.Native;

namespace Tint.Cli.Tests;

/// <summary>A test of what happens without a GPU; skipped where there is one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NoGpuTheoryAttribute : TheoryAttribute
{
    public NoGpuTheoryAttribute()
    {
        try
        {
            _ = CudaLibraries.OfProcess();
            Skip = "this machine has a GPU";
        }
        catch (RuleViolationException)
        {
            // What the test is about.
        }
    }
}
