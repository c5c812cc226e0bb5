using Tint.Fixtures;
using Tint.Reference.Families;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Verification.Coordinates;
using Tint.Verification.Engines;
using Tint.Verification.Simulating;
using Tint.Verification.Truth;

namespace Tint.Verification;

/// <summary>
/// A case about an auxiliary model alone, put into the TinT that simulates the model: the construction against the simulated gradient, and the simulated
/// gradient and update against those of the family's exact model. The file has no numbers of a TinT.
/// </summary>
internal static class FamilyComparison
{
    public static CaseComparison Of(FixtureCase fixtureCase, FixtureTensors tensors, ISimulation simulation)
    {
        var model = FamilyCase.Model(fixtureCase);
        var configuration = FamilyCase.Configuration(fixtureCase, model);
        var weights = model.Weights(model.Import(new CaseParameters(tensors, FamilyCase.Prefix)));
        var batch = FamilyBatch.Read(tensors, FamilyCase.Prefix).Sequences;
        var rounding = new MeanSquareRounding(2 * RoundingModel.DoubleRoundoff);
        var exact = new ExactFamilyTint(configuration, model, weights);
        return new CaseComparison
        {
            Simulation = SimulationComparison.Compare(
                SimulatedCase.OfModel(configuration, weights, batch, simulation),
                "construction",
                simulation.Name,
                ModelCase.Compute(configuration, weights, batch, Arithmetic.Tracking(rounding)),
                CaseGeometry.Of(configuration)),
            Certificates = CaseComparison.Worst(batch.SelectMany(sequence => ModelTruth.Check(model, exact, sequence))),
            Updates = ModelTruth.Updates(exact, exact.Trains, batch),
        };
    }
}
