using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Families;

namespace Tint.Verification.Engines;

/// <summary>
/// Computes the truth about an auxiliary model of any family, <c>expected.true.*</c> of cases of module Auxiliary: logits, loss, the gradient of
/// every parameter, and logits and loss after one SGD step.
/// </summary>
/// <remarks>
/// The loss is cross-entropy summed over the trained targets of the batch. A bound is <see cref="Tolerance"/> of the tensor's largest entry, and for gradients
/// at least <see cref="Rounding"/> of the model's: acceptance levels, not derivations.
/// </remarks>
public sealed class FamilyEngine : ICaseEngine
{
    /// <summary>How far an entry may lie from the file's, relative to the tensor's largest; rounding of models of this size leaves about 1e-14.</summary>
    public const double Tolerance = 1e-10;

    /// <summary>
    /// How far an entry of a gradient may lie from the file's relative to the largest of the whole model: the rounding that is left of a gradient that is zero, as that of a
    /// key bias, which shifts all scores of a query alike, or of queries and keys where all tokens are the same.
    /// </summary>
    public const double Rounding = 1e-14;

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
        var before = batch.Run(model, parameters);
        var after = batch.Run(model, parameters.Step(before.Gradient, FamilyCase.LearningRate(fixtureCase), Updated(fixtureCase, model)));

        var computed = new Dictionary<string, ComputedTensor>
        {
            [$"{CaseTensors.TruePrefix}logits"] = Within(Tensor.Stack(before.Logits)),
            [$"{CaseTensors.TruePrefix}loss"] = Within(new Tensor([1], [before.Loss])),
            [$"{CaseTensors.TruePrefix}sgd.logits"] = Within(Tensor.Stack(after.Logits)),
            [$"{CaseTensors.TruePrefix}sgd.loss"] = Within(new Tensor([1], [after.Loss])),
        };
        var gradients = model.Export(before.Gradient);
        var rounding = Rounding * gradients.Values.Max(Largest);
        foreach (var (name, gradient) in gradients)
        {
            computed[$"{CaseTensors.TruePrefix}grad.{name}"] = Within(gradient, rounding);
        }

        return computed;
    }

    private static ComputedTensor Within(Tensor value, double least = 0)
    {
        var bound = new double[value.Values.Length];
        Array.Fill(bound, Math.Max(Tolerance * Largest(value), least));
        return new ComputedTensor(value, new Tensor(value.Shape, bound));
    }

    private static double Largest(Tensor value)
    {
        var largest = 0.0;
        foreach (var entry in value.Values)
        {
            largest = Math.Max(largest, Math.Abs(entry));
        }

        return largest;
    }

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
