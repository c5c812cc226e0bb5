using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Verification.Coordinates;
using Tint.Verification.Engines;
using Tint.Verification.Judging;
using Tint.Verification.Simulating;
using Tint.Verification.Truth;

namespace Tint.Verification;

/// <summary>
/// A case's quantities beyond the file: what engines computed against the simulated gradient, which rounding must explain, and the simulated
/// gradient against the true one, which certificates must explain.
/// </summary>
public sealed record CaseComparison
{
    /// <summary>Every signal, memory slot, updated weight and result that an engine and the simulation both define, within the engine's rounding bound.</summary>
    public required IReadOnlyList<TensorJudgement> Simulation { get; init; }

    /// <summary>Every simulated quantity that has a certificate, against the truth; of several sequences the one with the largest ratio.</summary>
    public required IReadOnlyList<CertificateCheck> Certificates { get; init; }

    /// <summary>Whole models: each trained layer's simulated update against the true one.</summary>
    public required IReadOnlyList<LayerUpdate> Updates { get; init; }

    /// <summary>Runs the simulation and the exact auxiliary model or module on the case's inputs.</summary>
    internal static CaseComparison Of(
        FixtureCase fixtureCase, FixtureTensors tensors, IReadOnlyList<EngineAnswers> answers, ISimulation simulation)
    {
        var configuration = CaseConfiguration.Of(fixtureCase);
        var (regions, geometry) = (SimulatedCase.Run(fixtureCase, tensors, configuration, simulation), CaseGeometry.Of(fixtureCase));
        var isModel = fixtureCase.Module == FixtureModules.WholeModel;
        return new CaseComparison
        {
            Simulation = [.. answers.SelectMany(answer => SimulationComparison.Compare(
                regions, answer.Engine, simulation.Name, answer.Values, geometry))],
            Certificates = Worst(isModel ? OfModel(tensors, configuration) : OfModule(fixtureCase, tensors, configuration, regions, answers)),
            Updates = isModel ? Updated(tensors, configuration) : [],
        };
    }

    private static IEnumerable<CertificateCheck> OfModel(FixtureTensors tensors, TintConfiguration configuration)
    {
        var (weights, batch) = (ModelCase.Weights(tensors, configuration), ModelCase.Batch(tensors));
        return configuration.Auxiliary.Architecture is not ModelPlan { Model: FamilyConfiguration model }
            ? batch.SelectMany(sequence => ModelTruth.Check(configuration, weights, sequence))
            : configuration.SgdSteps > 0 && configuration.BackpropagateThroughAttention && HasTruth(configuration, batch)
            ? batch.SelectMany(sequence => ModelTruth.Check(model, new ExactFamilyTint(configuration, model, weights), sequence))
            : [];
    }

    private static IReadOnlyList<LayerUpdate> Updated(FixtureTensors tensors, TintConfiguration configuration)
    {
        var (weights, batch) = (ModelCase.Weights(tensors, configuration), ModelCase.Batch(tensors));
        if (configuration.Auxiliary.Architecture is not ModelPlan { Model: FamilyConfiguration model })
        {
            return ModelTruth.Updates(configuration, weights, batch);
        }

        var exact = new ExactFamilyTint(configuration, model, weights);
        return HasTruth(configuration, batch) ? ModelTruth.Updates(exact, exact.Trains, batch) : [];
    }

    /// <summary>Whether a family's exact model learns by the loss and sees the tokens that the TinT does.</summary>
    private static bool HasTruth(TintConfiguration configuration, IReadOnlyList<TokenSequence> batch) =>
        configuration.Loss == LossKind.CrossEntropy && batch.All(static sequence => sequence.IclMask is null);

    /// <remarks>Simulated values carry the rounding bound of the first engine that computed the module: both do the module's operations.</remarks>
    private static IEnumerable<CertificateCheck> OfModule(
        FixtureCase fixtureCase,
        FixtureTensors tensors,
        TintConfiguration configuration,
        IReadOnlyList<SimulatedRegion> regions,
        IReadOnlyList<EngineAnswers> answers)
    {
        var computed = answers.Select(answer => answer.Values.GetValueOrDefault(regions[0].Tensor)).FirstOrDefault(tensor => tensor?.Bound is not null);
        if (computed?.Bound is not { } bound)
        {
            return [];
        }

        var inputs = new ModuleInputs(fixtureCase, configuration, tensors);
        IReadOnlyList<Matrix<double>>[] rounding = [.. regions.Select(region => SimulationComparison.Cut(region, bound))];
        return Enumerable.Range(0, inputs.SequenceCount).SelectMany(b => ModuleTruth.Check(fixtureCase.Module, new TruthInputs(
            new ModuleView(fixtureCase, configuration, tensors, inputs, b),
            [.. regions.Select(region => new SimulatedModule.Part(region.Name, region.Row, region.Column, region.Values[b]))],
            [.. rounding.Select(parts => parts[b])])));
    }

    /// <summary>Of several checks of one quantity the one with the largest ratio.</summary>
    internal static IReadOnlyList<CertificateCheck> Worst(IEnumerable<CertificateCheck> checks) =>
    [
        .. checks.GroupBy(check => check.Quantity).Select(group =>
            group.MaxBy(check => double.IsNaN(check.Ratio) ? double.PositiveInfinity : check.Ratio)! with
            {
                Relative = group.Max(check => check.Relative),
            }),
    ];
}
