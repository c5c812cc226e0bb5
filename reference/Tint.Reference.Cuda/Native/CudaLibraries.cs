namespace Tint.Reference.Cuda.Native;

/// <summary>The CUDA runtime and cuBLAS of one major version, loaded, with a device to run on.</summary>
/// <param name="Runtime">The runtime.</param>
/// <param name="Cublas">cuBLAS.</param>
public sealed record CudaLibraries(ICudaRuntime Runtime, ICublas Cublas)
{
    private static readonly Lazy<CudaLibraries> Opened = new(
        () => Open(new ProcessLoader(), CudaLibraryPlaces.OfProcess), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Those of this process, found on the first call that succeeds.</summary>
    /// <exception cref="RuleViolationException">Libraries, driver or device are missing.</exception>
    public static CudaLibraries OfProcess() => Opened.Value;

    /// <summary>
    /// Finds the libraries: version 13, then 12, each in the folders of <see cref="CudaLibraryPlaces.Folders"/>. A version counts if its
    /// runtime and its cuBLAS load, have every function, and see a device: a driver too old for 13 may serve 12.
    /// </summary>
    /// <exception cref="RuleViolationException">No version counts: one line for the first version that loads, or else for what was looked for.</exception>
    internal static CudaLibraries Open(INativeLoader loader, CudaLibraryPlaces places)
    {
        RuleViolationException? first = null;
        foreach (var version in CudaLibraryPlaces.Versions)
        {
            try
            {
                if (TryOpen(loader, places, version) is { } libraries)
                {
                    _ = libraries.Runtime.DeviceCount();
                    return libraries;
                }
            }
            catch (RuleViolationException exception)
            {
                first ??= exception;
            }
        }

        throw first ?? Missing(loader, places);
    }

    private static CudaLibraries? TryOpen(INativeLoader loader, CudaLibraryPlaces places, int version)
    {
        var driver = Find(loader, [string.Empty], places.Driver);
        if (Find(loader, places.Folders(), places.Runtime(version)) is not { } runtime
            || Find(loader, places.Folders(), places.Cublas(version), places.CublasLight(version)) is not { } cublas)
        {
            return null;
        }

        return new(new CudaRuntime(runtime, version, driver is null ? null : new CudaDriver(driver)), new Cublas(cublas));
    }

    private static RuleViolationException Missing(INativeLoader loader, CudaLibraryPlaces places)
    {
        var missing = CudaLibraryPlaces.Versions
            .Select(version => new[] { places.Runtime(version), places.Cublas(version) })
            .Select(files => string.Join(" and ", files.Where(file => Find(loader, places.Folders(), file) is null)));
        return new RuleViolationException(
            "the provider cuda needs the CUDA runtime and cuBLAS of one version",
            $"no {string.Join(", no ", missing)} in {places.Describe()}",
            CudaLibraryPlaces.Remedy);
    }

    /// <summary>Loads a file from the first folder that has it; in a named folder, what it needs from there comes first.</summary>
    private static NativeFunctions? Find(INativeLoader loader, IReadOnlyList<string> folders, string file, string? needs = null)
    {
        foreach (var folder in folders)
        {
            if (folder.Length > 0 && needs is not null)
            {
                _ = loader.TryLoad(Path.Combine(folder, needs), out _);
            }

            if (loader.TryLoad(Path.Combine(folder, file), out var library))
            {
                return new(loader, library, file);
            }
        }

        return null;
    }
}
