using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Properties.Tests.Support;

/// <summary>An implementation whose linear backward multiplies by W where it should by Wᵀ.</summary>
internal sealed class FaultyTint() : ModularTint(new SimulationTint())
{
    public override string Name => "faulty";

    public override Matrix<double> LinearBackward(TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient) =>
        base.LinearBackward(configuration, layer with { Weight = layer.Weight.Transpose() }, gradient);
}
