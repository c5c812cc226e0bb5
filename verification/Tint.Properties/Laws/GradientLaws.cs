using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Architecture;
using Tint.Reference.Certificates;
using Tint.Reference.Exact;

namespace Tint.Properties.Laws;

/// <summary>The simulated gradient of a whole model against the true one.</summary>
/// <remarks>
/// What a descent subtracted is read off the update: W ← ρ(W − η S), for a value layer behind attention's backward ρ(ρW − η S), so
/// S = (W − W′/ρ)/η or (ρW − W′/ρ)/η. One step with η = 1, where update and weights are of a size.
/// </remarks>
internal static class GradientLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L74",
            "model-certificate",
            "The simulated gradient of every trained parameter lies within the composed certificate of the true one.",
            ["C24", "V1", "V2", "V3", "V4"],
            "TinT",
            (tint, item, judge) =>
            {
                foreach (var part in Parts(tint, item))
                {
                    judge.AtMost(part.Name, (part.Simulated - part.True).FrobeniusNorm(), part.Certificate);
                }
            }),
        new(
            "L75",
            "descent-direction",
            "Where the certificate of a parameter's gradient is below the norm of its simulated gradient, the update goes downhill: its inner product with the true gradient is positive.",
            ["V1"],
            "TinT",
            (tint, item, judge) =>
            {
                var parts = Parts(tint, item);
                foreach (var part in parts.Where(part => part.Certificate < part.Simulated.FrobeniusNorm()))
                {
                    judge.Holds($"{part.Name}: against the true gradient", Inner(part) > 0);
                }

                // ⟨s, t⟩ = ‖s‖² − ⟨s, s − t⟩ ≥ ‖s‖(‖s‖ − c); over all trained parameters the squares of the certificates add up.
                var (certificate, norm) = (parts.Sum(part => part.Certificate * part.Certificate), parts.Sum(part => Square(part.Simulated)));
                if (certificate < norm)
                {
                    judge.Holds("all trained parameters: against the true gradient", parts.Sum(Inner) > 0);
                }
            }),
        new(
            "L76",
            "final-bias-exact",
            "With gates of 1, the last position masked and every predecessor of a target trained, the final norm's β gets its true gradient.",
            ["C9", "C20", "V4"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Alone().ExactGates().Departing(departures => departures with { LastPositionUnmasked = false })
                    .Sequences(sequence => sequence with { TrainMask = [.. sequence.TrainMask.Select(_ => 1.0)] })
                    .With(configuration => configuration with { SgdSteps = 1, InnerLearningRate = 1 });
                var bounds = Whole.Reference(item).Sequences[0].WeightBounds.FinalNorm.Bias;
                var truth = ExactModel.Backward(ExactModel.Forward(item.Weights, item.Sequence), item.Configuration.Loss).Parameters.FinalNorm.Bias;
                var actual = Whole.Run(tint, item)[0].UpdatedWeights.FinalNorm.Bias;
                judge.Near("final β", (item.Weights.FinalNorm.Bias - truth).ToColumnMatrix(), actual.ToColumnMatrix(), bounds.ToColumnMatrix());
            }),
    ];

    /// <summary>A trained parameter's two gradients, and the certificate of their distance with the rounding of reading the first one off.</summary>
    internal sealed record Part(string Name, Matrix<double> Simulated, Matrix<double> True, double Certificate);

    internal static IReadOnlyList<Part> Parts(ITint tint, LawCase item)
    {
        item = item.Alone().With(configuration => configuration with
        {
            SgdSteps = 1,
            InnerLearningRate = 1,
            BackpropagateThroughAttention = true,
            LayerNormBiasOnly = true,
        });
        var (weights, rho) = (item.Weights, item.Gate());
        var certificate = ModelCertificate.Of(item.Configuration, weights, item.Sequence);
        var truth = ExactModel.Backward(ExactModel.Forward(weights, item.Sequence), item.Configuration.Loss).Parameters;
        var bounds = Whole.Reference(item).Sequences[0].WeightBounds;
        var updated = Whole.Run(tint, item)[0].UpdatedWeights;
        var parts = new List<Part>();
        Add("final norm β", Column(weights.FinalNorm.Bias), Column(updated.FinalNorm.Bias), Column(bounds.FinalNorm.Bias), Column(truth.FinalNorm.Bias), certificate.FinalNormBias);
        var first = weights.Layers.Count - item.Configuration.TrainedLayers;
        for (var index = first; index < weights.Layers.Count; index++)
        {
            var (before, after, bound, exact) = (weights.Layers[index], updated.Layers[index], bounds.Layers[index], truth.Layers[index]);
            var certificates = certificate.Blocks[index - first].Parameters;
            foreach (var leaf in item.Configuration.KeepsScorePath ? BlockPlan.Of(item.Auxiliary).Parameters : BlockPlan.Of(item.Auxiliary).Trained)
            {
                var place = leaf.Place;
                if (leaf is Norm)
                {
                    AddBias(before.Norm(place).Bias, after.Norm(place).Bias, bound.Norm(place).Bias, exact.Norm(place).Bias, factor: 1);
                    continue;
                }

                // Two gates stand between the value layer's weights and what its descent reads.
                var (old, learnt, factor) = (before.Linear(place), after.Linear(place), place == Place.Value ? rho : 1);
                Add(
                    $"layer {index} {place}.weight",
                    factor * old.Weight,
                    learnt.Weight,
                    bound.Linear(place).Weight,
                    exact.Linear(place).Weight,
                    certificates[$"{place}.weight"]);
                AddBias(old.Bias, learnt.Bias, bound.Linear(place).Bias, exact.Linear(place).Bias, factor);

                void AddBias(Vector<double> before, Vector<double> after, Vector<double> bound, Vector<double> exact, double factor) => Add(
                    $"layer {index} {place}.bias", factor * Column(before), Column(after), Column(bound), Column(exact), certificates[$"{place}.bias"]);
            }
        }

        return parts;

        void Add(string name, Matrix<double> before, Matrix<double> after, Matrix<double> bound, Matrix<double> exact, double certified)
        {
            var rounding = (bound / rho) + (Tolerance.Gamma(3) * (before.PointwiseAbs() + (after.PointwiseAbs() / rho)));
            parts.Add(new Part(name, before - (after / rho), exact, certified + rounding.FrobeniusNorm()));
        }
    }

    private static double Inner(Part part) => part.Simulated.PointwiseMultiply(part.True).Enumerate().Sum();

    private static double Square(Matrix<double> matrix) => matrix.Enumerate().Sum(value => value * value);

    private static Matrix<double> Column(Vector<double> vector) => vector.ToColumnMatrix();
}
