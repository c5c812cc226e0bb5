namespace Tint.Reference.Cuda.Native;

/// <summary>What the codes of cuBLAS become: one line each.</summary>
internal static class CublasStatus
{
    /// <summary>CUBLAS_STATUS_SUCCESS.</summary>
    public const int Success = 0;

    /// <summary>The exception for a call that failed.</summary>
    /// <param name="call">The function.</param>
    /// <param name="code">Its result, not <see cref="Success"/>.</param>
    /// <param name="meaning">What the library says that the code means.</param>
    public static RuleViolationException Failure(string call, int code, string meaning) =>
        new($"the cuBLAS call {call} must succeed", $"status {code} ({meaning})", Remedy(code));

    private static string Remedy(int code) => code switch
    {
        // Not initialised; not enough memory.
        1 or 3 => "free the device's memory, or use ProviderChoice.Simd",

        // No code for this device; not supported.
        8 or 15 => "use a CUDA version that supports this GPU, or use ProviderChoice.Simd",
        _ => "start the program again, or use ProviderChoice.Simd",
    };
}
