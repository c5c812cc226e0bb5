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
public sealed class FamilyEngine : ReferenceEngine
{
    /// <inheritdoc/>
    public override string Name => "exact";

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, ComputedTensor> Compute(LoadedCase loaded) =>
        loaded.Case.IsAuxiliary ? Truth(loaded, FamilyCase.LearningRate(loaded.Case)) : new Dictionary<string, ComputedTensor>();

    /// <summary>Logits, loss and the gradient of every parameter, and logits and loss after a step.</summary>
    /// <param name="loaded">A case with a model of a family.</param>
    /// <param name="rate">How far the step goes; null for none.</param>
    internal static IReadOnlyDictionary<string, ComputedTensor> Truth(LoadedCase loaded, double? rate)
    {
        var (model, parameters, batch) = (loaded.Model!, loaded.Parameters, loaded.FamilyBatch);
        var updated = Updated(loaded.Case, model);
        var before = batch.Run(model, parameters);
        var values = Tensors(before.Logits, before.Loss, before.Gradient);
        if (rate is { } far)
        {
            var after = batch.Run(model, parameters.Step(before.Gradient, far, updated));
            values = values.Concat(Step(after.Logits, after.Loss));
        }

        var rounding = CaseRoundoff.Of(loaded.Case).Rounding!;
        var (shape, exact) = (TrackedShape.Of(model), TrackedParameters.Exact(parameters));
        var bounds = Tracked(Arithmetic.Tracking(rounding), tracked => rounding.Bound(tracked.Error!)).ToDictionary(StringComparer.Ordinal);
        var computed = values.ToDictionary(item => item.Key, item => new ComputedTensor(item.Value, bounds[item.Key]), StringComparer.Ordinal);
        return CaseRoundoff.WithNoise(computed, noise => Tracked(Arithmetic.Perturbed(noise, rounding), static tracked => tracked.Value), loaded.Case);

        IEnumerable<KeyValuePair<string, Tensor>> Tracked(Arithmetic arithmetic, Func<Tracked, Matrix<double>> part)
        {
            var first = TrackedBatch.Run(shape, exact, batch.Sequences, arithmetic);
            var tensors = Tensors(Logits(first), Loss(first), first.Gradient!.Select(part));
            if (rate is not { } far)
            {
                return tensors;
            }

            var second = TrackedBatch.Run(shape, exact.Step(arithmetic, first.Gradient!, far, updated), batch.Sequences, arithmetic, isBackward: false);
            return tensors.Concat(Step(Logits(second), Loss(second)));

            Matrix<double>[] Logits(TrackedBatch run) => [.. run.Logits.Select(part)];
            double Loss(TrackedBatch run) => part(run.Loss).At(0, 0);
        }

        IEnumerable<KeyValuePair<string, Tensor>> Tensors(Matrix<double>[] logits, double loss, ParameterSet gradient) => Results(string.Empty, logits, loss)
            .Concat(model.Export(gradient).Select(item => KeyValuePair.Create($"{CaseTensors.TruePrefix}grad.{item.Key}", item.Value)));

        static IEnumerable<KeyValuePair<string, Tensor>> Step(Matrix<double>[] logits, double loss) => Results("sgd.", logits, loss);
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Results(string when, Matrix<double>[] logits, double loss) =>
    [
        new($"{CaseTensors.TruePrefix}{when}logits", Tensor.Stack(logits)),
        new($"{CaseTensors.TruePrefix}{when}loss", new Tensor([1], [loss])),
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
