using MathNet.Numerics.LinearAlgebra;
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
/// The loss is cross-entropy summed over the trained targets of the batch. A bound is <see cref="Tolerance"/> of the tensor's largest entry: an
/// acceptance level, not a derivation.
/// </remarks>
public sealed class FamilyEngine : ICaseEngine
{
    /// <summary>How far an entry may lie from the file's, relative to the tensor's largest; rounding of models of this size leaves about 1e-14.</summary>
    public const double Tolerance = 1e-10;

    private static readonly string[] OtherBiases = ["query", "value"];

    private const string KeyBias = ".attention.key.bias";

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
        var computed = Truth(model, before, Tolerance);
        var after = batch.Run(model, parameters.Step(before.Gradient, FamilyCase.LearningRate(fixtureCase), Updated(fixtureCase, model)));

        computed[$"{CaseTensors.TruePrefix}sgd.logits"] = Within(Tensor.Stack(after.Logits), Tolerance);
        computed[$"{CaseTensors.TruePrefix}sgd.loss"] = Within(new Tensor([1], [after.Loss]), Tolerance);
        return computed;
    }

    /// <summary>The truth about the model that a TinT simulates: logits, loss, and the gradient of every parameter.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">The case's tensors.</param>
    /// <param name="tolerance">The acceptance level.</param>
    internal static Dictionary<string, ComputedTensor> OfModel(FamilyConfiguration model, FixtureTensors tensors, double tolerance) => Truth(
        model,
        FamilyBatch.Of(ModelCase.Batch(tensors)).Run(model, model.Import(new CaseParameters(tensors, InputNames.Weights))),
        tolerance);

    private static Dictionary<string, ComputedTensor> Truth(
        FamilyConfiguration model, (Matrix<double>[] Logits, double Loss, ParameterSet Gradient) pass, double tolerance)
    {
        var computed = new Dictionary<string, ComputedTensor>
        {
            [$"{CaseTensors.TruePrefix}logits"] = Within(Tensor.Stack(pass.Logits), tolerance),
            [$"{CaseTensors.TruePrefix}loss"] = Within(new Tensor([1], [pass.Loss]), tolerance),
        };
        var gradients = model.Export(pass.Gradient);
        foreach (var tensor in model.Tensors())
        {
            computed[$"{CaseTensors.TruePrefix}grad.{tensor.Name}"] = Within(
                gradients[tensor.Name], tolerance, tensor.Places.Max(place => Scale(pass.Gradient, place)));
        }

        return computed;
    }

    /// <summary>
    /// The magnitude of a gradient. A key bias shifts all scores of a query alike, so its gradient is zero but for rounding: the query and value
    /// biases beside it say what is small.
    /// </summary>
    private static double Scale(ParameterSet gradient, string place)
    {
        var own = gradient[place].Enumerate().Max(Math.Abs);
        return !place.EndsWith(KeyBias, StringComparison.Ordinal)
            ? own
            : OtherBiases
                .Select(other => gradient.Find(place.Replace("key", other, StringComparison.Ordinal)))
                .Max(other => other?.Enumerate().Max(Math.Abs) ?? own);
    }

    private static ComputedTensor Within(Tensor value, double tolerance, double scale = 0)
    {
        foreach (var entry in value.Values)
        {
            scale = Math.Max(scale, Math.Abs(entry));
        }

        var bound = new double[value.Values.Length];
        Array.Fill(bound, tolerance * scale);
        return new ComputedTensor(value, new Tensor(value.Shape, bound));
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
