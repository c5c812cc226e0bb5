using System.Runtime.InteropServices;

namespace Tint.Reference.Cuda.Native;

/// <summary>The codes of the CUDA runtime that are told apart here, and what the others become: one line each.</summary>
internal static class CudaStatus
{
    /// <summary>cudaSuccess.</summary>
    public const int Success = 0;

    /// <summary>cudaErrorMemoryAllocation.</summary>
    public const int MemoryAllocation = 2;

    /// <summary>cudaErrorInsufficientDriver: the driver is too old, or there is none.</summary>
    public const int InsufficientDriver = 35;

    /// <summary>cudaErrorNoDevice.</summary>
    public const int NoDevice = 100;

    /// <summary>What would help against a code.</summary>
    public static string Remedy(int code) => code switch
    {
        MemoryAllocation => "use a smaller shape, free the device's memory, or use ProviderChoice.Simd",

        // No start; device busy; none; no such one; not ready; driver and runtime at odds; unknown.
        3 or 46 or NoDevice or 101 or 802 or 803 or 999 => "see that nvidia-smi lists a free GPU, or use ProviderChoice.Simd",

        // The call or the device needs a newer driver.
        InsufficientDriver or 36 or 804 => "install an NVIDIA driver as new as the CUDA runtime, or use ProviderChoice.Simd",

        // No code for this device.
        98 or 209 or 222 => "use a CUDA version that supports this GPU, or use ProviderChoice.Simd",

        // Uncorrectable errors of memory and of links.
        214 or 220 => "have the GPU checked, or use ProviderChoice.Simd",
        _ => "start the program again, or use ProviderChoice.Simd",
    };

    /// <summary>The exception for a call that failed.</summary>
    /// <param name="call">The function.</param>
    /// <param name="code">Its result, not <see cref="Success"/>.</param>
    /// <param name="meaning">What the library says that the code means.</param>
    public static RuleViolationException Failure(string call, int code, string meaning) =>
        new($"the CUDA call {call} must succeed", $"error {code} ({meaning})", Remedy(code));

    /// <summary>A C string, or a stand-in where the library has none.</summary>
    public static string Text(nint text) => Marshal.PtrToStringUTF8(text) is { Length: > 0 } known ? known.ReplaceLineEndings(" ") : "unknown";
}
