using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Exact;

/// <summary>
/// The steps of an optimiser on one sequence, by definition: S ← μ S + G + λ W from S = 0, W ← W − η_l S, on what is trained.
/// </summary>
/// <param name="configuration">η and the optimiser.</param>
/// <param name="trains">Whether a block of the weights is trained; what is not has no gradient and does not decay.</param>
internal sealed class ExactSteps(TintConfiguration configuration, Func<ParameterBlock, bool> trains)
{
    private readonly Optimiser _optimiser = configuration.Optimiser;
    private AuxiliaryWeights? _sum;

    /// <summary>The weights after one more step.</summary>
    /// <param name="weights">The weights before it.</param>
    /// <param name="gradient">G of all that is trained, 0 elsewhere.</param>
    public AuxiliaryWeights Step(AuxiliaryWeights weights, AuxiliaryWeights gradient)
    {
        if (_optimiser.WeightDecay > 0)
        {
            gradient = AuxiliaryWeightsAlgebra.AddScaled(
                gradient, _optimiser.WeightDecay, AuxiliaryWeightsAlgebra.Replace(weights, block => trains(block) ? null : new double[block.Values.Length]));
        }

        _sum = _sum is null || _optimiser.Momentum == 0 ? gradient : AuxiliaryWeightsAlgebra.AddScaled(gradient, _optimiser.Momentum, _sum);
        return AuxiliaryWeightsAlgebra.AddScaled(weights, -configuration.InnerLearningRate, ByLayer(_sum));
    }

    private AuxiliaryWeights ByLayer(AuxiliaryWeights step) => _optimiser.LayerRates is not { } rates ? step : AuxiliaryWeightsAlgebra.Replace(
        step, block => block.Layer is { } layer ? [.. block.Values.ToArray().Select(value => rates[layer] * value)] : null);
}
