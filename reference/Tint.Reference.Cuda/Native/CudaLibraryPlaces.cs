namespace Tint.Reference.Cuda.Native;

/// <summary>Where CUDA's libraries are looked for, and under which names.</summary>
/// <param name="Windows">Whether names are those of Windows, or else those of Linux.</param>
/// <param name="Variable">The environment: a variable's value or null.</param>
internal sealed record CudaLibraryPlaces(bool Windows, Func<string, string?> Variable)
{
    /// <summary>What to do where a library is missing.</summary>
    public const string Remedy =
        "install the CUDA 12 or 13 runtime with cuBLAS, or put their folder on LD_LIBRARY_PATH (Windows: PATH), or use ProviderChoice.Simd";

    private static readonly string[] RootVariables = ["CUDA_HOME", "CUDA_PATH"];

    /// <summary>This machine's.</summary>
    public static CudaLibraryPlaces OfProcess { get; } = new(OperatingSystem.IsWindows(), Environment.GetEnvironmentVariable);

    /// <summary>The major versions whose calls are those of <see cref="ICudaRuntime"/> and <see cref="ICublas"/>, in the order in which they are tried.</summary>
    public static IReadOnlyList<int> Versions { get; } = [13, 12];

    /// <summary>The file of the driver's library, which installs with the driver and not with CUDA.</summary>
    public string Driver => Windows ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>The file of the runtime.</summary>
    public string Runtime(int version) => Windows ? $"cudart64_{version}.dll" : $"libcudart.so.{version}";

    /// <summary>The file of cuBLAS.</summary>
    public string Cublas(int version) => Windows ? $"cublas64_{version}.dll" : $"libcublas.so.{version}";

    /// <summary>The file of the library that cuBLAS loads; from a folder that the system does not know, it must be loaded first.</summary>
    public string CublasLight(int version) => Windows ? $"cublasLt64_{version}.dll" : $"libcublasLt.so.{version}";

    /// <summary>
    /// The folders in the order in which they are tried: those of CUDA_HOME and CUDA_PATH, the empty string for where the system looks by itself,
    /// and the usual one.
    /// </summary>
    public IReadOnlyList<string> Folders()
    {
        string[] below = Windows ? ["bin/x64", "bin"] : ["lib64", "lib"];
        var named = RootVariables.Select(Variable).Where(value => !string.IsNullOrWhiteSpace(value)).Select(value => value!);
        return
        [
            .. named.Distinct().SelectMany(root => below.Select(folder => Path.Combine(root, folder))),
            string.Empty,
            .. Windows ? Array.Empty<string>() : ["/usr/local/cuda/lib64"],
        ];
    }

    /// <summary>The folders as a message shows them.</summary>
    public string Describe() => string.Join(", ", Folders().Select(folder => folder.Length > 0 ? folder : Windows ? "PATH" : "the loader's own places"));
}
