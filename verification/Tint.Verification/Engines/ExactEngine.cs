using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Primitives;
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
public sealed class ExactEngine : ReferenceEngine
{
    /// <inheritdoc/>
    public override string Name => "exact";

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, ComputedTensor> Compute(LoadedCase loaded)
    {
        var fixtureCase = loaded.Case;
        if (fixtureCase.IsAuxiliary || !CaseTensors.InOrder(fixtureCase).Any(CaseTensors.IsTrue))
        {
            return new Dictionary<string, ComputedTensor>();
        }

        if (loaded.Model is not null)
        {
            return loaded.Tensors.HasInput("icl_mask") ? new Dictionary<string, ComputedTensor>() : FamilyEngine.Truth(loaded, rate: null);
        }

        var (configuration, weights, batch) = (loaded.Configuration, loaded.Weights, loaded.Batch);
        var rounding = CaseRoundoff.Of(fixtureCase).Rounding!;
        ExactForward[] forward = [.. batch.Select(sequence => ExactModel.Forward(weights, sequence))];
        ExactGradient[] gradients = [.. forward.Select(pass => ExactModel.Backward(pass, LossKind.CrossEntropy))];
        var values = Tensors(
            [.. forward.Select(pass => pass.Logits)],
            Matrix<double>.Build.Dense(1, 1, gradients.Sum(gradient => gradient.Loss)),
            gradients.Select(gradient => gradient.Parameters).Aggregate(AuxiliaryWeightsAlgebra.Add));
        var bounds = Tensors(Tracked(weights, batch, Arithmetic.Tracking(rounding)), configuration.Auxiliary, tracked => rounding.Bound(tracked.Error!))
            .ToDictionary(StringComparer.Ordinal);
        var computed = values.ToDictionary(item => item.Key, item => new ComputedTensor(item.Value, bounds[item.Key]), StringComparer.Ordinal);
        return CaseRoundoff.WithNoise(
            computed,
            noise => Tensors(Tracked(weights, batch, Arithmetic.Perturbed(noise, rounding)), configuration.Auxiliary, static tracked => tracked.Value),
            fixtureCase);
    }

    private static TrackedBatch Tracked(AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch, Arithmetic arithmetic) => TrackedBatch.Run(
        TrackedShape.Of(weights.Configuration), TrackedParameters.Exact(PublishedNames.Of(weights)), batch, arithmetic);

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(TrackedBatch run, AuxiliaryConfiguration configuration, Func<Tracked, Matrix<double>> part) =>
        Tensors([.. run.Logits.Select(part)], part(run.Loss), PublishedNames.Weights(configuration, run.Gradient!.Select(part)));

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(Matrix<double>[] logits, Matrix<double> loss, AuxiliaryWeights gradient) =>
        HuggingFaceWeights.Export(gradient)
            .Select(item => KeyValuePair.Create($"{CaseTensors.TruePrefix}grad.{item.Key}", item.Value))
            .Prepend(new($"{CaseTensors.TruePrefix}loss", new Tensor([1], [loss.At(0, 0)])))
            .Prepend(new($"{CaseTensors.TruePrefix}logits", Tensor.Stack(logits)));
}
