using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Properties.Tests.Support;

/// <summary>An implementation whose linear forward throws.</summary>
internal sealed class ThrowingTint() : ModularTint(new SimulationTint())
{
    public override (Matrix<double> Output, Matrix<double> Memory) LinearForward(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> x) => throw new InvalidOperationException("out of order");
}
