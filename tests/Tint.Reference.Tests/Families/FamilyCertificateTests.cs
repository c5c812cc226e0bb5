using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Families;

/// <summary>The certificate of whole models of every family, against the exact gradients of their exact models.</summary>
public sealed class FamilyCertificateTests
{
    public static TheoryData<string> Simulated => FamilyTintTests.Simulated;

    [Theory]
    [MemberData(nameof(Simulated))]
    public void The_simulated_gradient_stays_within_the_certificate_of_every_layer_and_parameter(string name)
    {
        foreach (var (departures, scale, seed) in new[] { (Departures.Published, 1e3, 1), (Departures.Published, 10, 2), (Departures.Paper, 1e3, 3), (Departures.Paper, 1e6, 4), (Departures.Paper with { DescentsMasked = false }, 1e3, 1) })
        {
            var entries = Compare(new SimulatedModel(name, departures, scale, seed: seed), seed);
            Assert.NotEmpty(entries);
            Assert.All(entries, entry => Assert.True(entry.Error <= entry.Bound, $"{departures}, N = {scale}, {entry.Name}: {entry.Error:g4} above {entry.Bound:g4}"));
        }
    }

    /// <summary>With the score path, by either stencil, and behind gates that leak.</summary>
    [Theory]
    [MemberData(nameof(FaithfulFamilyTests.Faithfuls), MemberType = typeof(FaithfulFamilyTests))]
    public void A_faithful_gradient_stays_within_the_certificate_too_which_shrinks_as_the_square_of_the_step(string name)
    {
        foreach (var (change, scale, seed) in new (Func<TintConfiguration, TintConfiguration>, double, int)[]
        {
            (c => c, 10, 1),
            (c => c with { Stencil = Stencil.Forward }, 1e3, 2),
            (c => c with { Departures = c.Departures with { GateLeak = true, DescentsMasked = true }, GateScale = 5 }, 1e2, 3),
        })
        {
            var model = SimulatedModel.Faithful(name, scale);
            var entries = Compare(model.With(change), seed);
            Assert.Contains(entries, entry => entry.Name.EndsWith("key.weight", StringComparison.Ordinal));
            Assert.All(entries, entry => Assert.True(entry.Error <= entry.Bound, $"{change(model.Configuration)}, {entry.Name}: {entry.Error:g4} above {entry.Bound:g4}"));
        }

        // A hundredth, until rounding, which N multiplies, takes over.
        Assert.InRange(Worst(1e3), 0, 0.015 * Worst(1e2));

        double Worst(double scale) => Compare(SimulatedModel.Faithful(name, scale), seed: 0)
            .Where(static entry => !entry.Name.EndsWith("key.bias", StringComparison.Ordinal)).Max(entry => entry.Bound / entry.Size);
    }

    /// <summary>Where no score depends on what it is of, and every token is trained on, finite differences alone are left, and the certificate says so.</summary>
    [Theory]
    [MemberData(nameof(Simulated))]
    public void Without_a_path_through_the_scores_the_certificate_shrinks_with_the_step(string name)
    {
        var worst = Array.ConvertAll([1e3, 1e5], scale =>
            Compare(new SimulatedModel(name, Departures.Paper, scale, withScores: false), seed: 0).Max(entry => entry.Bound / entry.Size));
        Assert.InRange(worst[1], 0, 0.05 * worst[0]);
        Assert.InRange(worst[1], 0, 1);
    }

    [Fact]
    public void A_gate_that_the_certificate_does_not_know_breaks_it()
    {
        var model = new SimulatedModel("llama", Departures.Paper, 1e3, withScores: false);
        var leaking = model.Configuration with { Departures = Departures.Paper with { GateLeak = true }, GateScale = 3, InnerLearningRate = 1e-9 };
        var certificate = FamilyCertificate.Of(model.Configuration, model.Family, model.Weights, model.Sequence);
        var simulated = new SimulatedTint(leaking, model.Weights) { RecordGradients = true }.Run(model.Sequence).Gradients[0];
        var truth = new ExactFamilyTint(model.Configuration, model.Family, model.Weights).Gradient(model.Weights, model.Sequence);
        Assert.Contains(Entries(certificate, simulated, truth), entry => entry.Error > entry.Bound);
    }

    /// <summary>Measured Frobenius error and certified bound of every parameter's gradient that has one; some tokens are not trained on unless the seed is 0.</summary>
    private static List<(string Name, double Error, double Bound, double Size)> Compare(SimulatedModel model, int seed)
    {
        // The first step's gradients do not depend on η, and a run must not diverge behind them.
        var configuration = model.Configuration with { InnerLearningRate = 1e-9 };
        var sequence = seed == 0 ? model.Sequence : model.Sequence with { TrainMask = [.. model.Sequence.TrainMask.Select((_, t) => (t + seed) % 3 == 0 ? 0.0 : 1.0)] };
        var certificate = FamilyCertificate.Of(configuration, model.Family, model.Weights, sequence);
        var simulated = new SimulatedTint(configuration, model.Weights) { RecordGradients = true }.Run(sequence).Gradients[0];
        var truth = new ExactFamilyTint(configuration, model.Family, model.Weights).Gradient(model.Weights, sequence);
        return [.. Entries(certificate, simulated, truth)];
    }

    private static IEnumerable<(string Name, double Error, double Bound, double Size)> Entries(
        ModelCertificate certificate, AuxiliaryWeights simulated, AuxiliaryWeights truth)
    {
        foreach (var (block, index) in certificate.Blocks.Select((block, index) => (block, index)))
        {
            foreach (var (place, bound) in block.Parameters)
            {
                yield return Of($"layer {index} {place}", simulated.Layers[index], truth.Layers[index], place, bound);
            }
        }

        foreach (var (place, bound) in certificate.Outside)
        {
            yield return Of(place, simulated.Outside, truth.Outside, place, bound);
        }

        static (string, double, double, double) Of(string name, AuxiliaryLayer left, AuxiliaryLayer right, string parameter, double bound)
        {
            var (mine, exact) = (Part(left, parameter), Part(right, parameter));
            return (name, (mine - exact).FrobeniusNorm(), bound, exact.FrobeniusNorm());
        }
    }

    private static Matrix<double> Part(AuxiliaryLayer layer, string parameter)
    {
        var place = new Place(parameter[..parameter.LastIndexOf('.')]);
        return layer.Parameters[place] switch
        {
            LinearParameters linear => parameter.EndsWith(".weight", StringComparison.Ordinal) ? linear.Weight : linear.Bias.ToRowMatrix(),
            LayerNormParameters norm => norm.Bias.ToRowMatrix(),
            var other => throw new InvalidOperationException($"{other}"),
        };
    }
}
