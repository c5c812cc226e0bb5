using System.Runtime.CompilerServices;
using Tint.Reference.Cuda.Native;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda.Memory;

/// <summary>
/// Copies of <see cref="ConstantArrays"/> on the device, kept from product to product until the array is collected or the device is full; then the one
/// that was used longest ago goes first. May be used by several threads at once.
/// </summary>
/// <param name="runtime">The runtime.</param>
/// <param name="pool">Where memory comes from.</param>
internal sealed class DeviceConstants(ICudaRuntime runtime, DeviceMemoryPool pool)
{
    private readonly Lock _lock = new();
    private readonly ConditionalWeakTable<Array, DeviceConstant> _byArray = [];

    /// <summary>All of them, the one used longest ago first.</summary>
    private readonly LinkedList<DeviceConstant> _byUse = [];

    /// <summary>How many copies there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byUse.Count;
            }
        }
    }

    /// <summary>The copy of a constant, made first if there is none; it stays until the lease is disposed.</summary>
    /// <param name="array">An array that <see cref="ConstantArrays.Contains"/>.</param>
    /// <param name="staging">What copies to the device.</param>
    /// <param name="stream">The stream to copy on.</param>
    /// <exception cref="DeviceFullException">The device is full.</exception>
    /// <exception cref="RuleViolationException">The device fails.</exception>
    public unsafe ConstantLease Lease<T>(T[] array, StagingBuffers staging, nint stream)
        where T : unmanaged
    {
        var constant = Enter(array);
        try
        {
            lock (constant.Copying)
            {
                if (constant.Block is null)
                {
                    var block = pool.Rent((long)array.Length * sizeof(T));
                    try
                    {
                        staging.Upload(array, block.Address, stream);
                        runtime.Synchronize(stream);
                    }
                    catch (RuleViolationException)
                    {
                        Cleanup.Attempt(() => runtime.Synchronize(stream));
                        block.Dispose();
                        throw;
                    }

                    constant.Block = block;
                }

                return new(constant.Block.Address, () => Leave(constant));
            }
        }
        catch
        {
            Leave(constant);
            throw;
        }
    }

    /// <summary>Gives the memory of the copy that was used longest ago back to the pool; false if every copy is in use.</summary>
    public bool Evict() => Drop(constant => true, most: 1);

    /// <summary>Gives the memory of all copies that are not in use back to the pool.</summary>
    public void Clear() => Drop(constant => true, most: int.MaxValue);

    private DeviceConstant Enter(Array array)
    {
        lock (_lock)
        {
            if (_byArray.TryGetValue(array, out var constant))
            {
                _byUse.Remove(constant);
            }
            else
            {
                Drop(known => known.Array is null, most: int.MaxValue);
                constant = new(array);
                _byArray.Add(array, constant);
            }

            _byUse.AddLast(constant);
            constant.Leases++;
            return constant;
        }
    }

    private void Leave(DeviceConstant constant)
    {
        lock (_lock)
        {
            constant.Leases--;
        }
    }

    private bool Drop(Predicate<DeviceConstant> predicate, int most)
    {
        lock (_lock)
        {
            var dropped = _byUse.Where(constant => constant.Leases == 0 && predicate(constant)).Take(most).ToList();
            foreach (var constant in dropped)
            {
                _byUse.Remove(constant);
                if (constant.Array is { } array)
                {
                    _byArray.Remove(array);
                }

                constant.Block?.Dispose();
            }

            return dropped.Count > 0;
        }
    }
}
