using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Tint.Reference.Cuda.Kernels;

namespace Tint.Reference.Cuda.Device;

/// <summary>
/// A device that runs loops and products on memory of its own. Everything goes through one queue, in order; one run uses it at a time.
/// </summary>
public sealed class ComputeDevice : IDisposable
{
    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly IDeviceProducts _products;

    private ComputeDevice(Context context, Accelerator accelerator, Func<Accelerator, IDeviceProducts> products)
    {
        (_context, _accelerator) = (context, accelerator);
        try
        {
            _products = products(accelerator);
        }
        catch
        {
            accelerator.Dispose();
            context.Dispose();
            throw;
        }

        Memory = new DeviceMemory(accelerator);
    }

    /// <summary>The device's name, as its maker gave it.</summary>
    public string Name => _accelerator.Name;

    /// <summary>Held during a run, since a device runs one at a time.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>What buffers are taken from.</summary>
    internal DeviceMemory Memory { get; }

    /// <summary>
    /// The processor posing as a device: the same loops on ILGPU's CPU accelerator, products of the project's own SIMD code. It is there to test
    /// the device's code without a device, and slower than the simulation on the host.
    /// </summary>
    public static ComputeDevice Host()
    {
        var context = Context.Create(builder => builder.CPU(new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 1, numMultiprocessors: 1)));
        return new ComputeDevice(context, context.CreateCPUAccelerator(0), _ => new HostProducts());
    }

    /// <summary>Waits until everything that was asked for is done.</summary>
    public void Wait() => _accelerator.Synchronize();

    /// <inheritdoc/>
    public void Dispose()
    {
        _accelerator.Bind();
        _products.Dispose();
        Memory.Dispose();
        _accelerator.Dispose();
        _context.Dispose();
    }

    /// <summary>Makes the device the one that the calling thread speaks to.</summary>
    internal void Bind() => _accelerator.Bind();

    /// <summary>Runs turns 0 … count − 1 of a loop.</summary>
    internal void Run<TBody>(int count, TBody body)
        where TBody : struct, IDeviceLoop
    {
        if (count > 0)
        {
            var threads = Math.Min(count, _accelerator.MaxNumThreads);
            _accelerator.LaunchAutoGrouped<Index1D, int, int, TBody>(DeviceLoop.Run, threads, count, threads, body);
        }
    }

    /// <summary>C ← op(A)·op(B) in every of <paramref name="blocks"/> equal blocks of columns of A, B and C.</summary>
    internal void Multiply(in DeviceOperand a, in DeviceOperand b, DeviceMatrix c, int blocks)
    {
        var (rows, inner, columns) = (a.Rows(blocks), a.Columns(blocks), b.Columns(blocks));
        if (b.Rows(blocks) != inner || c.Rows != rows || c.Columns != columns * blocks)
        {
            throw new RuleViolationException(
                "the shapes of a product must fit",
                $"[{rows} × {inner}]·[{b.Rows(blocks)} × {columns}] into [{c.Rows} × {c.Columns}] in {blocks} blocks",
                "pass matrices that do");
        }

        _products.Multiply(a, b, c, rows, inner, columns, blocks);
    }
}
