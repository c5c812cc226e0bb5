using Tint.Fixtures;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Rounding;
using Tint.Verification.Engines.Exact;

namespace Tint.Verification.Engines;

/// <summary>
/// Computes what autograd says about the auxiliary model itself, <c>expected.true.*</c>: logits, the loss and the gradient of every parameter
/// under Hugging Face names, with <see cref="ExactModel"/>.
/// </summary>
/// <remarks>
/// The loss is cross-entropy summed over the trained targets of the batch, whatever loss the case trains TinT with. Bounds follow the rounding
/// of every step, forward and backward.
/// </remarks>
public sealed class ExactEngine : ICaseEngine
{
    /// <summary>As <see cref="FamilyEngine.Tolerance"/>, for float32.</summary>
    private const double SingleTolerance = FamilyEngine.Tolerance * 1e6;

    /// <inheritdoc/>
    public string Name => "exact";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        ArgumentNullException.ThrowIfNull(tensors);
        if (fixtureCase.IsAuxiliary || !CaseTensors.InOrder(fixtureCase).Any(name => name.StartsWith(CaseTensors.TruePrefix, StringComparison.Ordinal)))
        {
            return new Dictionary<string, ComputedTensor>();
        }

        var configuration = CaseConfiguration.Of(fixtureCase);
        if (configuration.Auxiliary.Architecture is ModelPlan { Model: FamilyConfiguration model })
        {
            return tensors.HasInput("icl_mask")
                ? new Dictionary<string, ComputedTensor>()
                : FamilyEngine.OfModel(model, tensors, fixtureCase.DataType == "float32" ? SingleTolerance : FamilyEngine.Tolerance);
        }

        var (weights, batch) = (ModelCase.Weights(tensors, configuration), ModelCase.Batch(tensors));
        var rounding = CaseRoundoff.Of(fixtureCase).Rounding!;
        TrackedModel[] errors = [.. batch.Select(sequence => TrackedModel.Run(weights, sequence, rounding))];
        ExactForward[] forward = [.. batch.Select(sequence => ExactModel.Forward(weights, sequence))];
        ExactGradient[] gradients = [.. forward.Select(pass => ExactModel.Backward(pass, LossKind.CrossEntropy))];

        var computed = new Dictionary<string, ComputedTensor>
        {
            [$"{CaseTensors.TruePrefix}logits"] = new(
                Tensor.Stack([.. forward.Select(pass => pass.Logits)]), Tensor.Stack([.. errors.Select(error => rounding.Bound(error.Logits))])),
            [$"{CaseTensors.TruePrefix}loss"] = Loss(gradients, errors, rounding),
        };
        AddGradient(computed, gradients, errors, rounding);
        return CaseRoundoff.WithNoise(computed, noise => Perturbed(weights, batch, rounding, noise), fixtureCase);
    }

    /// <summary>The same tensors with noise; what adds up over the batch is added up.</summary>
    private static IEnumerable<KeyValuePair<string, Tensor>> Perturbed(
        AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch, RoundingModel rounding, RoundingNoise noise)
    {
        TrackedModel[] perturbed = [.. batch.Select(sequence => TrackedModel.Perturbed(weights, sequence, rounding, noise))];
        return HuggingFaceWeights.Export(perturbed.Select(item => item.Gradient).Aggregate(AuxiliaryWeightsAlgebra.Add))
            .Select(item => KeyValuePair.Create($"{CaseTensors.TruePrefix}grad.{item.Key}", item.Value))
            .Append(new($"{CaseTensors.TruePrefix}logits", Tensor.Stack([.. perturbed.Select(item => item.Logits)])))
            .Append(new($"{CaseTensors.TruePrefix}loss", new Tensor([1], [perturbed.Sum(item => item.Loss)])));
    }

    private static ComputedTensor Loss(ExactGradient[] gradients, TrackedModel[] errors, RoundingModel rounding)
    {
        var value = gradients.Sum(gradient => gradient.Loss);
        var error = errors.Sum(item => item.Loss);
        error = rounding.Combine(error, rounding.Accumulated(gradients.Length) * gradients.Sum(gradient => Math.Abs(gradient.Loss)));
        return new ComputedTensor(new Tensor([1], [value]), new Tensor([1], [rounding.Bound(error)]));
    }

    /// <summary>
    /// Gradients of a batch add up, and so do their errors, with absolute values, since sequences may repeat; the additions round once a sequence.
    /// </summary>
    private static void AddGradient(
        Dictionary<string, ComputedTensor> computed, ExactGradient[] gradients, TrackedModel[] errors, RoundingModel rounding)
    {
        var value = gradients.Select(gradient => gradient.Parameters).Aggregate(AuxiliaryWeightsAlgebra.Add);
        var sizes = gradients.Select(gradient => AuxiliaryWeightsAlgebra.Map(gradient.Parameters, Math.Abs)).Aggregate(AuxiliaryWeightsAlgebra.Add);
        var error = errors.Select(item => item.Gradient).Aggregate(AuxiliaryWeightsAlgebra.Add);
        var bound = AuxiliaryWeightsAlgebra.Zip(
            error, sizes, (inherited, size) => rounding.Bound(rounding.Combine(inherited, rounding.Accumulated(gradients.Length) * size)));
        var bounds = HuggingFaceWeights.Export(bound);
        foreach (var (name, tensor) in HuggingFaceWeights.Export(value))
        {
            computed[$"{CaseTensors.TruePrefix}grad.{name}"] = new ComputedTensor(tensor, bounds[name]);
        }
    }
}
