using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Simulation;

/// <summary>A block's weights after a step, from the summed gradients that its descents subtract: all of a step that the learning rate enters.</summary>
internal static class SimulatedUpdate
{
    /// <summary>The weights after the step; what does not descend are the same objects.</summary>
    /// <param name="configuration">Gives ρ, η and what descends.</param>
    /// <param name="plan">The block's plan.</param>
    /// <param name="before">Its weights.</param>
    /// <param name="step">The summed gradients; read where there is a descent.</param>
    /// <param name="previous">The weights before the step before, for momentum; null for none.</param>
    public static AuxiliaryLayer Of(TintConfiguration configuration, BlockPlan plan, AuxiliaryLayer before, AuxiliaryLayer step, AuxiliaryLayer? previous = null)
    {
        var after = before;
        foreach (var leaf in plan.Leaves)
        {
            switch (leaf)
            {
                case Norm { IsAffine: true }:
                    Learn(leaf.Place, SimulatedLayerNorm.Updated(configuration, before.Norm(leaf.Place), step.Norm(leaf.Place)));
                    break;
                case RmsNorm:
                    Learn(leaf.Place, SimulatedRmsNorm.Updated(configuration, before.Norm(leaf.Place), step.Norm(leaf.Place)));
                    break;
                case Linear:
                    Descend(leaf.Place, SimulatedLinear.Updated);
                    break;
                case Attention attention:
                    Descend(attention.Value.Place, attention.ReadsEncoder ? SimulatedCrossAttention.Updated : SimulatedAttention.Updated);
                    if (configuration.KeepsScorePath)
                    {
                        Descend(attention.Query.Place, SimulatedLinear.Updated);
                        Descend(attention.Key.Place, SimulatedLinear.Updated);
                    }

                    break;
                case Activation or Norm:
                    break;
                default:
                    throw leaf.Unread("a step of the simulation");
            }
        }

        return after;

        void Descend(Place place, Func<TintConfiguration, LinearParameters, LinearParameters, LinearParameters> updated) =>
            Learn(place, updated(configuration, before.Linear(place), step.Linear(place)));

        void Learn(Place place, ParameterGroup updated) => after = after.With(
            place, previous is null ? updated : SimulatedMomentum.Added(configuration, updated, before.Parameters[place], previous.Parameters[place]));
    }
}
