using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Cuda.Native;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda.Device;

/// <summary>
/// A device that runs loops and products on memory of its own. Everything goes through one queue, in order, and one run uses it at a time.
/// Several threads may ask it at once.
/// </summary>
public sealed class ComputeDevice : IDisposable
{
    private readonly DeviceThread _thread = new();
    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly IDeviceProducts _products;
    private readonly IDeviceLauncher _launcher;
    private readonly DeviceMemory _memory;
    private readonly HostCopies _copies;

    private ComputeDevice(
        Action<Context.Builder> devices, Func<Context, Accelerator> open, Func<IDeviceProducts> products, IDeviceLauncher? launcher = null)
    {
        try
        {
            (_context, _accelerator, _products) = Invoke(() => Open(devices, open, products));
        }
        catch
        {
            _thread.Dispose();
            throw;
        }

        _launcher = launcher ?? new AcceleratorLauncher(_accelerator);
        _memory = new DeviceMemory(length => _accelerator.Allocate1D<double>(length), _accelerator.Synchronize, _accelerator.MemorySize);
        _copies = new HostCopies(_accelerator);
    }

    /// <summary>The device's name, as its maker gave it.</summary>
    public string Name => _accelerator.Name;

    /// <summary>The bytes of the device's memory that this process has taken for numbers, in use or kept for reuse.</summary>
    public long Bytes => _thread.Invoke(() => _memory.Bytes);

    /// <summary>The first NVIDIA GPU, with products by cuBLAS.</summary>
    /// <exception cref="RuleViolationException">There is no GPU, driver or cuBLAS: one line says what was looked for.</exception>
    public static ComputeDevice Gpu()
    {
        ICublas cublas;
        try
        {
            cublas = CudaLibraries.OfProcess().Cublas;
        }
        catch (RuleViolationException exception)
        {
            throw Missing(exception.Found);
        }

        return new ComputeDevice(
            builder => builder.Cuda(),
            context => context.GetCudaDevices().Count > 0 ? context.CreateCudaAccelerator(0) : throw Missing("no GPU that the driver shows"),
            () => new CublasProducts(cublas));
    }

    /// <summary>
    /// The processor posing as a device: the same loops on ILGPU's CPU accelerator, products by the project's own SIMD code. It is there to test
    /// the device's code without a device, and slower than the simulation on the host.
    /// </summary>
    public static ComputeDevice Host() => Host(() => new HostProducts(), launcher: null);

    /// <summary>The processor posing as a device, with products of one's own and, if there is one, a launcher in ILGPU's place.</summary>
    internal static ComputeDevice Host(Func<IDeviceProducts> products, IDeviceLauncher? launcher) => new(
        builder => builder.CPU(new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 1, numMultiprocessors: 1)),
        context => context.CreateCPUAccelerator(0),
        products,
        launcher);

    /// <inheritdoc/>
    public void Dispose()
    {
        _thread.Invoke(() =>
        {
            _memory.Dispose();
            _copies.Dispose();
            Close(_context, _accelerator, _products);
            return true;
        });
        _thread.Dispose();
    }

    /// <summary>Runs a function that uses the device, behind what others have asked for.</summary>
    /// <exception cref="RuleViolationException">The function threw it, or the device failed.</exception>
    internal TResult Invoke<TResult>(Func<TResult> function)
    {
        try
        {
            return _thread.Invoke(function);
        }
        catch (AcceleratorException exception)
        {
            throw new RuleViolationException(
                "the device must do what it is asked for", exception.Message.ReplaceLineEndings(" "), "see that driver and GPU work, or use the simulation on the host");
        }
    }

    /// <summary>A buffer of the device's memory, with whatever entries it holds.</summary>
    internal MemoryBuffer1D<double, Stride1D.Dense> Take(int length) => _memory.Take(length);

    /// <summary>Takes a buffer back.</summary>
    internal void Give(MemoryBuffer1D<double, Stride1D.Dense> buffer) => _memory.Give(buffer);

    /// <summary>A copy of whole numbers on the device, which the caller disposes.</summary>
    internal MemoryBuffer1D<int, Stride1D.Dense> Copy(int[] values) => _accelerator.Allocate1D(values);

    /// <summary>Copies entries to the device.</summary>
    internal void ToDevice(double[] entries, MemoryBuffer1D<double, Stride1D.Dense> buffer) => _copies.Upload(entries, buffer.View.BaseView);

    /// <summary>A copy of a buffer on the host.</summary>
    internal double[] ToHost(MemoryBuffer1D<double, Stride1D.Dense> buffer)
    {
        var entries = LargeObjects.Uninitialized((int)buffer.Length);
        _copies.Download(buffer.View.BaseView, entries);
        return entries;
    }

    /// <summary>Waits until everything that was asked for is done.</summary>
    internal void Wait() => _accelerator.Synchronize();

    /// <summary>Runs turns 0 … count − 1 of a loop.</summary>
    internal void Run<TBody>(int count, TBody body)
        where TBody : struct, IDeviceLoop
    {
        if (count > 0)
        {
            _launcher.Run(count, body);
        }
    }

    /// <summary>C ← op(A)·op(B) in every of <paramref name="blocks"/> equal blocks of columns of A, B and C.</summary>
    /// <exception cref="RuleViolationException">The shapes do not fit.</exception>
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

    private static RuleViolationException Missing(string found) => new(
        "the simulation on a device needs an NVIDIA GPU with the CUDA runtime and cuBLAS", found, "install what is missing, or use the simulation on the host");

    private static (Context Context, Accelerator Accelerator, IDeviceProducts Products) Open(
        Action<Context.Builder> devices, Func<Context, Accelerator> open, Func<IDeviceProducts> products)
    {
        var context = Context.Create(devices);
        Accelerator? accelerator = null;
        try
        {
            accelerator = open(context);
            return (context, accelerator, products());
        }
        catch
        {
            Close(context, accelerator, products: null);
            throw;
        }
    }

    private static void Close(Context context, Accelerator? accelerator, IDeviceProducts? products)
    {
        products?.Dispose();
        accelerator?.Dispose();
        context.Dispose();
    }
}
