using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Families;
using Tint.Reference.Primitives;
using Tint.Verification.Engines.Exact;

namespace Tint.Verification.Engines;

/// <summary>
/// Computes the truth about an auxiliary model of any family, <c>expected.true.*</c> of cases of module Auxiliary: logits, loss, the gradient of
/// every parameter, and logits and loss after one SGD step.
/// </summary>
/// <remarks>
/// The loss is cross-entropy summed over the trained targets of the batch. The numbers are those of the family's own exact model; bounds follow the rounding of every step of its
/// plan, forward, backward, through the SGD step and forward again, which multiplies what the gradient has lost by η.
/// </remarks>
public sealed class FamilyEngine : ICaseEngine
{
    /// <inheritdoc/>
    public string Name => "exact";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        ArgumentNullException.ThrowIfNull(tensors);
        if (!fixtureCase.IsAuxiliary)
        {
            return new Dictionary<string, ComputedTensor>();
        }

        var model = FamilyCase.Model(fixtureCase);
        var parameters = model.Import(new CaseParameters(tensors, FamilyCase.Prefix));
        var batch = FamilyBatch.Read(tensors, FamilyCase.Prefix);
        var (rate, updated) = (FamilyCase.LearningRate(fixtureCase), Updated(fixtureCase, model));
        var before = batch.Run(model, parameters);
        var after = batch.Run(model, parameters.Step(before.Gradient, rate, updated));
        var values = Tensors(model, before.Logits, before.Loss, before.Gradient, after.Logits, after.Loss);

        var rounding = CaseRoundoff.Of(fixtureCase).Rounding!;
        var (shape, exact) = (TrackedShape.Of(model), TrackedParameters.Exact(parameters));
        var bounds = Tracked(Arithmetic.Tracking(rounding), tracked => rounding.Bound(tracked.Error!)).ToDictionary(StringComparer.Ordinal);
        var computed = values.ToDictionary(item => item.Key, item => new ComputedTensor(item.Value, bounds[item.Key]), StringComparer.Ordinal);
        return CaseRoundoff.WithNoise(computed, noise => Tracked(Arithmetic.Perturbed(noise, rounding), static tracked => tracked.Value), fixtureCase);

        IEnumerable<KeyValuePair<string, Tensor>> Tracked(Arithmetic arithmetic, Func<Tracked, Matrix<double>> part)
        {
            var first = TrackedBatch.Run(shape, exact, batch.Sequences, arithmetic);
            var second = TrackedBatch.Run(shape, exact.Step(arithmetic, first.Gradient!, rate, updated), batch.Sequences, arithmetic, isBackward: false);
            Matrix<double>[] Logits(TrackedBatch run) => [.. run.Logits.Select(part)];
            double Loss(TrackedBatch run) => part(run.Loss).At(0, 0);
            return Tensors(model, Logits(first), Loss(first), first.Gradient!.Select(part), Logits(second), Loss(second));
        }
    }

    /// <summary>The truth about the model that a TinT simulates: logits, loss and the gradient of every parameter before any step.</summary>
    internal static IReadOnlyDictionary<string, ComputedTensor> OfModel(FamilyConfiguration model, FixtureCase fixtureCase, FixtureTensors tensors)
    {
        var parameters = model.Import(new CaseParameters(tensors, InputNames.Weights));
        var batch = FamilyBatch.Of(ModelCase.Batch(tensors));
        var pass = batch.Run(model, parameters);
        var rounding = CaseRoundoff.Of(fixtureCase).Rounding!;
        var (shape, exact) = (TrackedShape.Of(model), TrackedParameters.Exact(parameters));
        var bounds = Tracked(Arithmetic.Tracking(rounding), tracked => rounding.Bound(tracked.Error!)).ToDictionary(StringComparer.Ordinal);
        var computed = Tensors(model, pass.Logits, pass.Loss, pass.Gradient)
            .ToDictionary(item => item.Key, item => new ComputedTensor(item.Value, bounds[item.Key]), StringComparer.Ordinal);
        return CaseRoundoff.WithNoise(computed, noise => Tracked(Arithmetic.Perturbed(noise, rounding), static tracked => tracked.Value), fixtureCase);

        IEnumerable<KeyValuePair<string, Tensor>> Tracked(Arithmetic arithmetic, Func<Tracked, Matrix<double>> part)
        {
            var run = TrackedBatch.Run(shape, exact, batch.Sequences, arithmetic);
            return Tensors(model, [.. run.Logits.Select(part)], part(run.Loss).At(0, 0), run.Gradient!.Select(part));
        }
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(
        FamilyConfiguration model, Matrix<double>[] logits, double loss, ParameterSet gradient, Matrix<double>[] stepLogits, double stepLoss) =>
    [
        .. Tensors(model, logits, loss, gradient),
        new($"{CaseTensors.TruePrefix}sgd.logits", Tensor.Stack(stepLogits)),
        new($"{CaseTensors.TruePrefix}sgd.loss", new Tensor([1], [stepLoss])),
    ];

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(FamilyConfiguration model, Matrix<double>[] logits, double loss, ParameterSet gradient) =>
    [
        new($"{CaseTensors.TruePrefix}logits", Tensor.Stack(logits)),
        new($"{CaseTensors.TruePrefix}loss", new Tensor([1], [loss])),
        .. model.Export(gradient).Select(item => KeyValuePair.Create($"{CaseTensors.TruePrefix}grad.{item.Key}", item.Value)),
    ];

    private static Predicate<string> Updated(FixtureCase fixtureCase, FamilyConfiguration model)
    {
        var tensors = model.Tensors().ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in fixtureCase.Options.NotUpdated ?? Enumerable.Empty<string>())
        {
            kept.UnionWith(tensors.TryGetValue(name, out var tensor) ? tensor.Places : throw new RuleViolationException(
                "options.not_updated must name tensors of the model", $"'{Printable.Name(name)}'", "use the checkpoint's names"));
        }

        return place => !kept.Contains(place);
    }
}
