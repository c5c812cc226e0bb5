using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.Cuda.Native;
using Tint.Reference.Cuda.Products;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda;

/// <summary>
/// A linear-algebra provider for Math.NET whose real matrix products run on an NVIDIA GPU, by cuBLAS, where that is faster, and otherwise as
/// <see cref="SimdLinearAlgebraProvider"/> runs them, as it does entry-by-entry operations; everything else is Math.NET's managed provider. Matrices are column-major.
/// </summary>
/// <remarks>
/// <para>
/// Arithmetic is IEEE of the operands' type (cuBLAS's pedantic mode), so that the bound of <see cref="SimdLinearAlgebraProvider"/> holds; the bits
/// are cuBLAS's own, and the same again on the same GPU and version as long as the same products go there (<see cref="CudaOptions.SmallestProduct"/>).
/// </para>
/// <para>
/// Several threads may call at once: a cuBLAS handle is one thread's at a time, so that each product takes one of a few lanes (a stream, a handle,
/// staging buffers), and copies of one overlap the arithmetic of another. One lock would leave the GPU idle while a result is copied. A lane on
/// which something failed is destroyed, and the next product gets a new one; what failed is said in one line.
/// </para>
/// <para>With β = 0, C may hold anything, NaN included. An array may be both operand and result. Marked <see cref="ConstantArrays"/> are copied to the GPU once.</para>
/// </remarks>
public sealed class CudaLinearAlgebraProvider
    : ILinearAlgebraProvider, IVectorLinearAlgebra<double>, IVectorLinearAlgebra<float>, IManagedLinearAlgebra<Complex>, IManagedLinearAlgebra<Complex32>, IDisposable
{
    private readonly CudaOptions _options;
    private readonly DeviceProducts _device;
    private readonly VectorWidth _width = VectorWidths.Widest;
    private readonly ProductCosts? _doubleCosts, _floatCosts;
    private readonly string _description;
    private volatile bool _disposed;

    /// <summary>Finds CUDA on this machine and sees that a product runs on the GPU.</summary>
    /// <param name="options">How to use the GPU; null for the defaults.</param>
    /// <exception cref="RuleViolationException">Libraries, driver or device are missing or do not work: one line says what was looked for and what would help.</exception>
    public CudaLinearAlgebraProvider(CudaOptions? options = null)
        : this(CudaLibraries.OfProcess(), options)
    {
    }

    /// <summary>Uses libraries that were found, and sees that a product runs on the GPU.</summary>
    /// <param name="libraries">The libraries.</param>
    /// <param name="options">How to use the GPU; null for the defaults.</param>
    /// <exception cref="RuleViolationException">The device does not exist or does not work; nothing is left behind.</exception>
    public CudaLinearAlgebraProvider(CudaLibraries libraries, CudaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(libraries);
        _options = options ?? new();
        var runtime = libraries.Runtime;
        var count = runtime.DeviceCount();
        if (_options.Device >= count)
        {
            throw new RuleViolationException("the CUDA device must exist", $"{_options.Device} of {count}", $"use one of 0 to {count - 1}");
        }

        _device = new(libraries, _options);
        try
        {
            _description = $"cuda ({runtime.DeviceName(_options.Device)}, driver {runtime.DriverVersion()}, runtime {runtime.RuntimeVersion()}, "
                + $"cuBLAS {_device.CublasVersion()})";
            Verify<double>();
            Verify<float>();
            if (_options.SmallestProduct is null)
            {
                _doubleCosts = CostMeasurement.Measure<double>(_device, _width);
                _floatCosts = CostMeasurement.Measure<float>(_device, _width);
            }
        }
        catch (RuleViolationException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many constants are on the GPU.</summary>
    internal int ConstantCount => _device.Constants.Count;

    /// <summary>result ← x·y, [rowsX × columnsY].</summary>
    /// <exception cref="ArgumentNullException">An array is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sizes do not fit each other or an array.</exception>
    /// <exception cref="RuleViolationException">The GPU is full or fails.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed.</exception>
    public void MatrixMultiply(double[] x, int rowsX, int columnsX, double[] y, int rowsY, int columnsY, double[] result) =>
        Run(new ProductArguments<double>(x, rowsX, columnsX, y, rowsY, columnsY, result), _doubleCosts);

    /// <inheritdoc cref="MatrixMultiply(double[], int, int, double[], int, int, double[])"/>
    public void MatrixMultiply(float[] x, int rowsX, int columnsX, float[] y, int rowsY, int columnsY, float[] result) =>
        Run(new ProductArguments<float>(x, rowsX, columnsX, y, rowsY, columnsY, result), _floatCosts);

    /// <summary>c ← α·op(a)·op(b) + β·c; the sizes are those of a and b before op.</summary>
    /// <inheritdoc cref="MatrixMultiply(double[], int, int, double[], int, int, double[])" path="/exception"/>
    public void MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, double alpha, double[] a, int rowsA, int columnsA, double[] b, int rowsB, int columnsB, double beta, double[] c) =>
        Run(new ProductArguments<double>(transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c), _doubleCosts);

    /// <inheritdoc cref="MatrixMultiplyWithUpdate(Transpose, Transpose, double, double[], int, int, double[], int, int, double, double[])"/>
    public void MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, float alpha, float[] a, int rowsA, int columnsA, float[] b, int rowsB, int columnsB, float beta, float[] c) =>
        Run(new ProductArguments<float>(transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c), _floatCosts);

    /// <summary>True: the constructor has seen a product run.</summary>
    public bool IsAvailable() => true;

    /// <summary>Does nothing: the constructor has seen a product run.</summary>
    public void InitializeVerify()
    {
    }

    /// <summary>Frees the GPU's memory that no product is using; the provider stays usable.</summary>
    public void FreeResources() => _device.Trim();

    /// <summary>Waits for products under way and frees everything; products after that throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _disposed = true;
        _device.Dispose();
    }

    /// <summary>The device, and the versions of driver, runtime and cuBLAS, as a report shows them.</summary>
    public override string ToString() => _description;

    private static unsafe long MovedBytes<T>(in ProductArguments<T> product)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var entries = (product.Beta == T.Zero ? 1L : 2L) * product.C.Length;
        entries += ConstantArrays.Contains(product.A) ? 0 : product.A.Length;
        entries += ConstantArrays.Contains(product.B) || ReferenceEquals(product.A, product.B) ? 0 : product.B.Length;
        return entries * sizeof(T);
    }

    private void Run<T>(in ProductArguments<T> product, ProductCosts? costs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        product.Check();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!product.OnlyScales && GoesToDevice(product, costs))
        {
            _device.Run(product);
        }
        else
        {
            Products<T>.Run(_width, product);
        }
    }

    private bool GoesToDevice<T>(in ProductArguments<T> product, ProductCosts? costs)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        costs?.FavourDevice(product.MultiplyAdds, MovedBytes(product)) ?? product.MultiplyAdds >= _options.SmallestProduct;

    /// <summary>(1 2; 3 4)·(5 6; 7 8), which is exact.</summary>
    private void Verify<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] Entries(params int[] values) => Array.ConvertAll(values, T.CreateChecked);
        var (result, expected) = (Entries(0, 0, 0, 0), Entries(19, 43, 22, 50));
        _device.Run(new ProductArguments<T>(Entries(1, 3, 2, 4), 2, 2, Entries(5, 7, 6, 8), 2, 2, result));
        if (!result.AsSpan().SequenceEqual(expected))
        {
            throw new RuleViolationException(
                "the GPU must multiply (1 2; 3 4) by (5 6; 7 8) to (19 22; 43 50)",
                $"columns {string.Join(" ", result)}",
                "have the GPU and its driver checked, or use ProviderChoice.Simd");
        }
    }
}
