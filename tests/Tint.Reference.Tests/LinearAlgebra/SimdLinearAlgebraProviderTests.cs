using FsCheck.Xunit;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Tests.LinearAlgebra;

[Collection(GlobalControl.Name)]
public sealed class SimdLinearAlgebraProviderTests : ProviderLaws
{
    protected override IReadOnlyList<ILinearAlgebraProvider> Providers { get; } =
        [.. VectorWidths.Available.Select(width => new SimdLinearAlgebraProvider(width))];

    [Theory]
    [MemberData(nameof(LargeShapes))]
    public void Threads_and_vector_widths_change_no_bit(int rows, int depth, int columns)
    {
        var before = Control.MaxDegreeOfParallelism;
        try
        {
            foreach (var transpose in new[] { Transpose.DontTranspose, Transpose.Transpose })
            {
                var product = new ProductCase(rows, depth, columns, transpose, transpose, 0.75, -3, rows + columns);
                Control.MaxDegreeOfParallelism = 1;
                double[] wide = product.Run<double>(Providers[0]);
                float[] narrow = product.Run<float>(Providers[0]);
                foreach (var threads in new[] { 2, 3, 7 })
                {
                    Control.MaxDegreeOfParallelism = threads;
                    Assert.Equal(wide, product.Run<double>(Providers[0]));
                    Assert.Equal(narrow, product.Run<float>(Providers[0]));
                }

                foreach (var provider in Providers.Skip(1))
                {
                    Assert.Equal(wide, product.Run<double>(provider));
                    Assert.Equal(narrow, product.Run<float>(provider));
                }
            }
        }
        finally
        {
            Control.MaxDegreeOfParallelism = before;
        }
    }

    [Property(Arbitrary = [typeof(ProductCases)], MaxTest = 100)]
    public void Vector_widths_change_no_bit(ProductCase product)
    {
        ArgumentNullException.ThrowIfNull(product);
        var expected = product.Run<double>(Providers[0]);
        Assert.All(Providers, provider => Assert.Equal(expected, product.Run<double>(provider)));
    }
}
