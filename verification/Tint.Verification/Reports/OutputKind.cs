namespace Tint.Verification.Reports;

/// <summary>What lies at a path that is to be written.</summary>
internal enum OutputKind
{
    /// <summary>A file, or nothing yet.</summary>
    File,

    /// <summary>A device, a pipe or a socket, which is written directly.</summary>
    Direct,

    /// <summary>A directory, which cannot be written.</summary>
    Directory,
}
