using System.Runtime.InteropServices;

namespace Tint.Reference.Cuda.Native;

/// <summary>Loads libraries into this process, where they stay until it ends: CUDA's do not survive being unloaded.</summary>
public sealed class ProcessLoader : INativeLoader
{
    /// <inheritdoc/>
    public bool TryLoad(string path, out nint library) => NativeLibrary.TryLoad(path, out library);

    /// <inheritdoc/>
    public bool TryGetExport(nint library, string name, out nint address) => NativeLibrary.TryGetExport(library, name, out address);
}
