using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Simulation;

/// <summary>What TinT's momentum computes, in closed form: W′ + μ(W − W⁻) for what a descent has left of a layer, W before it and W⁻ before the last one.</summary>
/// <remarks>Source: C42.</remarks>
public static class SimulatedMomentum
{
    /// <summary>The layer after the descent, gone on in the way of the last step.</summary>
    /// <param name="configuration">Gives μ.</param>
    /// <param name="descended">W′, as the descent left it.</param>
    /// <param name="before">W, before the descent.</param>
    /// <param name="previous">W⁻, before the last one; W itself in the first.</param>
    /// <exception cref="RuleViolationException">The three are not of one kind.</exception>
    public static ParameterGroup Added(TintConfiguration configuration, ParameterGroup descended, ParameterGroup before, ParameterGroup previous)
    {
        var share = SimulatedGate.Momentum(configuration);
        return (descended, before, previous) switch
        {
            (LinearParameters after, LinearParameters now, LinearParameters then) => new LinearParameters(
                after.Weight + (share * (now.Weight - then.Weight)), Vector(after.Bias, now.Bias, then.Bias)),
            (LayerNormParameters after, LayerNormParameters now, LayerNormParameters then) => Norm(after, now, then),
            _ => throw new RuleViolationException(
                "momentum is of one kind of layer", $"{descended?.GetType().Name}, {before?.GetType().Name}, {previous?.GetType().Name}", "pass one layer at three times"),
        };

        Vector<double> Vector(Vector<double> after, Vector<double> now, Vector<double> then) => after + (share * (now - then));

        // A descent that has made γ dense (V5) leaves it so, and a diagonal is then the matrix that has it.
        LayerNormParameters Norm(LayerNormParameters after, LayerNormParameters now, LayerNormParameters then)
        {
            var bias = Vector(after.Bias, now.Bias, then.Bias);
            if (after.Dense is not { } dense)
            {
                return new(Vector(after.Weight, now.Weight, then.Weight), bias);
            }

            dense += share * (Dense(now) - Dense(then));
            return new(dense.Diagonal(), bias) { Dense = dense };
        }

        static Matrix<double> Dense(LayerNormParameters norm) => norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight);
    }
}
