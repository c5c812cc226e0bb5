using Tint.Reference.Cuda.Native;

namespace Tint.Reference.Cuda.Tests;

/// <summary>A test that needs a real GPU; without one it is skipped, and says what is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GpuFactAttribute : FactAttribute
{
    public GpuFactAttribute()
    {
        try
        {
            _ = CudaLibraries.OfProcess();
        }
        catch (RuleViolationException exception)
        {
            Skip = exception.Message;
        }
    }
}
