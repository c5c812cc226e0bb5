using BenchmarkDotNet.Configs;

namespace Tint.Benchmarks.LinearAlgebra;

/// <summary>Adds <see cref="ProductRate"/> to the table.</summary>
public sealed class ProductConfiguration : ManualConfig
{
    /// <summary>Creates the configuration.</summary>
    public ProductConfiguration() => AddColumn(new ProductRate());
}
