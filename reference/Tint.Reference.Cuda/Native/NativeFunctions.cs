namespace Tint.Reference.Cuda.Native;

/// <summary>The functions of one loaded library.</summary>
/// <param name="Loader">What loaded it.</param>
/// <param name="Library">The library.</param>
/// <param name="Name">Its name, for messages.</param>
internal sealed record NativeFunctions(INativeLoader Loader, nint Library, string Name)
{
    /// <summary>The address of a function.</summary>
    /// <exception cref="RuleViolationException">The library has none of that name.</exception>
    public nint this[string function] => Loader.TryGetExport(Library, function, out var address)
        ? address
        : throw new RuleViolationException($"{Name} must have the function {function}", "a library without it", CudaLibraryPlaces.Remedy);
}
