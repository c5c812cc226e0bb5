using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>The factor that a TinT gate leaves on what it lets through.</summary>
/// <remarks>
/// A gate computes tanh(a·p)·old + tanh(b·p)·new from the position one-hot p. The weights put 0 or G into a·p and b·p, so that a gate is
/// either exactly 0 or ρ = tanh G &lt; 1 (deviation V3); 1 − ρ ≈ 2e^(−2G), 4.1e-9 at G = 10.
/// </remarks>
public static class SimulatedGate
{
    /// <summary>ρ = tanh G at the gate scale in force, <see cref="TintConfiguration.EffectiveGateScale"/>.</summary>
    public static double Factor(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Elementwise.Tanh(configuration.EffectiveGateScale);
    }

    /// <summary>1 − ηλ as the gate of a descent leaves it, in units of ρ; 1 without weight decay.</summary>
    public static double Retained(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.RetainingGateScale == configuration.EffectiveGateScale
            ? 1
            : Elementwise.Tanh(configuration.RetainingGateScale) / Factor(configuration);
    }

    /// <summary>μ as the gate of momentum leaves it.</summary>
    public static double Momentum(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Elementwise.Tanh(Math.Atanh(configuration.Optimiser.Momentum));
    }
}
