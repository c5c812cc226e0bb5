namespace Tint.Reference.Cuda.Native;

/// <summary>Loads native libraries; the process's own is <see cref="ProcessLoader"/>.</summary>
public interface INativeLoader
{
    /// <summary>Loads a library by a full path or, with a bare name, from where the system looks; false if it is not there or does not load.</summary>
    public bool TryLoad(string path, out nint library);

    /// <summary>The address of a function; false if the library has none of that name.</summary>
    public bool TryGetExport(nint library, string name, out nint address);
}
