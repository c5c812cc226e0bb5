using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
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

    /// <summary>Compares what engines computed of a case with the simulation, and the simulation on the host with the truth.</summary>
    /// <remarks>
    /// A case about an auxiliary model alone is put into the TinT that simulates the model. The file has no numbers of a TinT, so the construction is run
    /// here.
    /// </remarks>
    internal static CaseComparison Of(LoadedCase loaded, IReadOnlyList<EngineAnswers> answers, ISimulation? simulation)
    {
        var regions = simulation is null || !loaded.IsModel
            ? loaded.Regions
            : SimulatedCase.OfModel(loaded.Configuration, loaded.Weights.Plan, simulation.Run(loaded.Configuration, loaded.Weights, loaded.Batch));
        EngineAnswers[] compared = loaded.Case.IsAuxiliary
            ? [new("construction", loaded.Construct(Arithmetic.Tracking(new MeanSquareRounding(2 * RoundingModel.DoubleRoundoff))))]
            : [.. answers];
        return new CaseComparison
        {
            Simulation = [.. compared.SelectMany(answer => SimulationComparison.Compare(
                regions, answer.Engine, simulation?.Name ?? "simulation", answer.Values, loaded.Geometry))],
            Certificates = Worst(loaded.IsModel ? loaded.Truth.Checks : OfModule(loaded, compared)),
            Updates = loaded.IsModel ? loaded.Truth.Updates : [],
        };
    }

    /// <remarks>Simulated values carry the rounding bound of the first engine that computed the module: both do the module's operations.</remarks>
    private static IEnumerable<CertificateCheck> OfModule(LoadedCase loaded, IReadOnlyList<EngineAnswers> answers)
    {
        var regions = loaded.Regions;
        var computed = answers.Select(answer => answer.Values.GetValueOrDefault(regions[0].Tensor)).FirstOrDefault(tensor => tensor?.Bound is not null);
        if (computed?.Bound is not { } bound)
        {
            return [];
        }

        IReadOnlyList<Matrix<double>>[] rounding = [.. regions.Select(region => SimulationComparison.Cut(region, bound))];
        return loaded.Views.SelectMany((view, b) => ModuleTruth.Check(loaded.Case.Module, new TruthInputs(view, b, regions, rounding)));
    }

    /// <summary>Of several checks of one quantity the one with the largest ratio.</summary>
    private static IReadOnlyList<CertificateCheck> Worst(IEnumerable<CertificateCheck> checks) =>
    [
        .. checks.GroupBy(check => check.Quantity).Select(group =>
            group.MaxBy(check => double.IsNaN(check.Ratio) ? double.PositiveInfinity : check.Ratio)! with
            {
                Relative = group.Max(check => check.Relative),
            }),
    ];
}
