using Tint.Reference;
using Tint.Reference.Cuda.Native;

namespace Tint.Benchmarks.LinearAlgebra;

/// <summary>Whether this machine has a GPU that products can run on.</summary>
internal static class Gpu
{
    /// <summary>True if CUDA's libraries, a driver and a device are there.</summary>
    public static bool Exists { get; } = Find();

    private static bool Find()
    {
        try
        {
            _ = CudaLibraries.OfProcess();
            return true;
        }
        catch (RuleViolationException)
        {
            return false;
        }
    }
}
