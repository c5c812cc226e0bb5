using System.Numerics;
using BenchmarkDotNet.Attributes;
using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.Cuda;
using Tint.Reference.LinearAlgebra;

namespace Tint.Benchmarks.LinearAlgebra;

/// <summary>
/// Products by <see cref="SimdLinearAlgebraProvider"/>, in each vector width of the machine, beside Math.NET's managed provider and, where the
/// machine has them, OpenBLAS and a GPU. Each runs in a process of its own, so that the threads of one do not wait beside those of another.
/// </summary>
/// <typeparam name="T">The scalars.</typeparam>
[GenericTypeArguments(typeof(double))]
[GenericTypeArguments(typeof(float))]
[Config(typeof(ProductConfiguration))]
public class ProductBenchmarks<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private const string Copied = "cuda, copied", Resident = "cuda, resident";

    private T[] _a = [];
    private T[] _b = [];
    private T[] _c = [];
    private ILinearAlgebraProvider<T> _provider = null!;

    /// <summary>Square, wide and deep, tall with a small dimension, and matrix times vector; sizes of the tokens, widths and heads of a model.</summary>
    public IEnumerable<ProductShape> Shapes =>
    [
        new(24, 24, 24),
        new(64, 64, 64),
        new(64, 64, 64, TransposeA: true),
        new(1024, 256, 256),
        new(256, 1024, 256, TransposeA: true),
        new(1024, 64, 1024, TransposeB: true),
        new(1024, 1024, 64),
        new(1280, 768, 768),
        new(1280, 768, 768, TransposeA: true, TransposeB: true),
        new(4096, 12, 12),
        new(12, 4096, 12, TransposeA: true),
        new(1024, 256, 1),
        new(1024, 256, 2),
        new(8, 1024, 256),
    ];

    /// <summary>"managed", "openblas", a vector width, or the GPU with operands that are copied for every product or that are there already.</summary>
    public IEnumerable<string> Providers =>
    [
        "managed",
        .. OpenBlas.IsPresent ? (string[])["openblas"] : [],
        .. VectorWidths.Available.Select(width => width.ToString()),
        .. Gpu.Exists ? (string[])[Copied, Resident] : [],
    ];

    /// <summary>The product.</summary>
    [ParamsSource(nameof(Shapes))]
    public ProductShape Shape { get; set; } = new(1, 1, 1);

    /// <summary>Who computes it.</summary>
    [ParamsSource(nameof(Providers))]
    public string Provider { get; set; } = "managed";

    /// <summary>Fills the operands.</summary>
    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        T[] Entries(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.NextDouble() - 0.5))];
        _a = Entries(Shape.Rows * Shape.Depth);
        _b = Entries(Shape.Depth * Shape.Columns);
        _c = new T[Shape.Rows * Shape.Columns];
        if (Provider == Resident)
        {
            ConstantArrays.Mark(_a);
            ConstantArrays.Mark(_b);
        }

        _provider = (ILinearAlgebraProvider<T>)(object)(Provider switch
        {
            "managed" => ManagedLinearAlgebraProvider.Instance,
            "openblas" => new OpenBlas(),
            Copied or Resident => new CudaLinearAlgebraProvider(new CudaOptions { SmallestProduct = 0 }),
            _ => new SimdLinearAlgebraProvider(Enum.Parse<VectorWidth>(Provider)),
        });
    }

    /// <summary>Frees the GPU.</summary>
    [GlobalCleanup]
    public void Free() => (_provider as IDisposable)?.Dispose();

    /// <summary>C ← op(A)·op(B).</summary>
    [Benchmark]
    public void Multiply()
    {
        var (rowsA, columnsA) = Shape.TransposeA ? (Shape.Depth, Shape.Rows) : (Shape.Rows, Shape.Depth);
        var (rowsB, columnsB) = Shape.TransposeB ? (Shape.Columns, Shape.Depth) : (Shape.Depth, Shape.Columns);
        _provider.MatrixMultiplyWithUpdate(
            Flag(Shape.TransposeA), Flag(Shape.TransposeB), T.One, _a, rowsA, columnsA, _b, rowsB, columnsB, T.Zero, _c);
    }

    private static Transpose Flag(bool isTransposed) => isTransposed ? Transpose.Transpose : Transpose.DontTranspose;
}
