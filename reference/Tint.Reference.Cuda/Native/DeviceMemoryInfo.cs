namespace Tint.Reference.Cuda.Native;

/// <summary>A device's memory.</summary>
/// <param name="Free">Bytes that can still be allocated.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct DeviceMemoryInfo(long Free, long Total);
