using System.Numerics;
using Tint.Reference.Cuda.Memory;
using Tint.Reference.Cuda.Native;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda.Products;

/// <summary>
/// Products on the device: operands go there, constants stay there, the result comes back before <see cref="Run"/> returns. May be used by several
/// threads at once; each takes a lane.
/// </summary>
internal sealed class DeviceProducts : IDisposable
{
    private readonly CudaLibraries _libraries;
    private readonly int _device;
    private readonly DeviceMemoryPool _pool;
    private readonly LanePool _lanes;

    /// <summary>Prepares; nothing is allocated yet.</summary>
    public DeviceProducts(CudaLibraries libraries, CudaOptions options)
    {
        (_libraries, _device) = (libraries, options.Device);
        _pool = new(libraries.Runtime);
        Constants = new(libraries.Runtime, _pool);
        _pool.Relieve = Constants.Evict;
        _lanes = new(options.Lanes, () => CreateLane(options.StagingBytes));
    }

    /// <summary>The constants on the device.</summary>
    public DeviceConstants Constants { get; }

    /// <summary>The version of cuBLAS.</summary>
    public Version CublasVersion() => OnLane(lane => _libraries.Cublas.Version(lane.Handle));

    /// <summary>Runs a product that has passed its checks and has something to multiply.</summary>
    /// <exception cref="RuleViolationException">The device is full or fails.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public void Run<T>(ProductArguments<T> product)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        try
        {
            RunBesideOthers(product);
        }
        catch (DeviceFullException)
        {
            RunAlone(product);
        }
    }

    /// <summary>Frees idle memory and constants.</summary>
    public void Trim()
    {
        Cleanup.Attempt(() => _libraries.Runtime.SetDevice(_device));
        Constants.Clear();
        _pool.Trim();
    }

    /// <summary>Waits for products under way and frees everything.</summary>
    public void Dispose()
    {
        Cleanup.Attempt(() => _libraries.Runtime.SetDevice(_device));
        _lanes.Dispose();
        Constants.Clear();
        _pool.Dispose();
    }

    private void RunAlone<T>(ProductArguments<T> product)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        try
        {
            _lanes.Alone(() => RunBesideOthers(product));
        }
        catch (DeviceFullException full)
        {
            throw full.Complaint;
        }
    }

    private void RunBesideOthers<T>(ProductArguments<T> product)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OnLane(lane =>
        {
            var a = Operand(product.A, lane);
            var b = ReferenceEquals(product.A, product.B) ? a : Operand(product.B, lane);
            var c = Room(product.C, lane);
            if (product.Beta != T.Zero)
            {
                lane.Staging.Upload(product.C, c, lane.Stream);
            }

            Multiply(lane.Handle, product, a, b, c);
            lane.Staging.Download(c, product.C, lane.Stream);
            return c;
        });

    private void Multiply<T>(nint handle, in ProductArguments<T> product, nint a, nint b, nint c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (operationA, operationB) = (Operation(product.TransposeA), Operation(product.TransposeB));
        var (m, n, k) = (product.M, product.N, product.K);
        if (product.Alpha is double alpha && product.Beta is double beta)
        {
            _libraries.Cublas.Gemm(handle, operationA, operationB, m, n, k, alpha, a, product.RowsA, b, product.RowsB, beta, c, m);
        }
        else if (product.Alpha is float single && product.Beta is float other)
        {
            _libraries.Cublas.Gemm(handle, operationA, operationB, m, n, k, single, a, product.RowsA, b, product.RowsB, other, c, m);
        }
        else
        {
            throw new NotSupportedException($"products of {typeof(T)}");
        }
    }

    private nint Operand<T>(T[] array, Lane lane)
        where T : unmanaged
    {
        if (ConstantArrays.Contains(array))
        {
            var lease = Constants.Lease(array, lane.Staging, lane.Stream);
            lane.Hold(lease);
            return lease.Address;
        }

        var address = Room(array, lane);
        lane.Staging.Upload(array, address, lane.Stream);
        return address;
    }

    private unsafe nint Room<T>(T[] array, Lane lane)
        where T : unmanaged
    {
        var block = _pool.Rent((long)array.Length * sizeof(T));
        lane.Hold(block);
        return block.Address;
    }

    /// <summary>A new lane; cuBLAS needs memory of its own, which may all be in the pool.</summary>
    private Lane CreateLane(long stagingBytes)
    {
        try
        {
            return new(_libraries, stagingBytes);
        }
        catch (RuleViolationException)
        {
            Trim();
            return new(_libraries, stagingBytes);
        }
    }

    private TResult OnLane<TResult>(Func<Lane, TResult> use)
    {
        _libraries.Runtime.SetDevice(_device);
        var lane = _lanes.Rent();
        var failed = true;
        try
        {
            var result = use(lane);
            failed = false;
            return result;
        }
        finally
        {
            _lanes.Return(lane, failed);
        }
    }

    private static CublasOperation Operation(bool transpose) => transpose ? CublasOperation.Transpose : CublasOperation.None;
}
