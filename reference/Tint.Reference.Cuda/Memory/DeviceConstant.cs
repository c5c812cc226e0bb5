namespace Tint.Reference.Cuda.Memory;

/// <summary>What is known of one constant.</summary>
/// <param name="array">The array, which may be collected.</param>
internal sealed class DeviceConstant(Array array)
{
    private readonly WeakReference<Array> _array = new(array);

    /// <summary>Held while the constant is copied to the device, so that others wait for the copy.</summary>
    public Lock Copying { get; } = new();

    /// <summary>The copy on the device; null while there is none.</summary>
    public DeviceBlock? Block { get; set; }

    /// <summary>How many products are using the copy or waiting for it.</summary>
    public int Leases { get; set; }

    /// <summary>The array; null once it was collected.</summary>
    public Array? Array => _array.TryGetTarget(out var target) ? target : null;
}
