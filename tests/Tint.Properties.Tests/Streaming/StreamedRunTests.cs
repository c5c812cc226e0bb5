using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Reference.Auxiliary;
using Tint.Reference.Keeping;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Xunit.Abstractions;

namespace Tint.Properties.Tests.Streaming;

/// <summary>Random models with layers and memories kept in a scratch file or rounded, against the same models all in memory.</summary>
public sealed class StreamedRunTests(ITestOutputHelper output)
{
    private const int Cases = 150;

    /// <summary>Twice what was measured on the cases below, in units of u = 2⁻²⁴.</summary>
    private const double LargestMeasuredRoundoff = 2;

    private static readonly PassStorage RoundedActivations = new() { Activations = MatrixStore.Rounded };

    [Fact]
    public void Streaming_changes_no_bit()
    {
        for (var seed = 0UL; seed < Cases; seed++)
        {
            using var file = new ScratchStore(NumberFormat.Binary64);
            var item = CaseGenerator.FromSeed(seed);
            var (expected, refusal) = StreamedRuns.Try(item, new PassStorage());
            var (got, streamedRefusal) = StreamedRuns.Try(StreamedRuns.Streamed(item), new PassStorage { Weights = file, Activations = file });
            Assert.Equal(refusal, streamedRefusal);
            foreach (var (a, b) in (expected ?? []).Zip(got ?? []))
            {
                Assert.All(b.Updated, weights => Assert.IsType<StreamedLayers>(weights.Layers));
                Assert.True(a.Logits.Zip(b.Logits).All(pair => Same(pair.First, pair.Second)), $"logits differ for seed {seed}");
                Assert.True(
                    a.Updated.Zip(b.Updated).All(pair => Same(Flat(pair.First), Flat(pair.Second))), $"updated weights differ for seed {seed}");
            }
        }
    }

    /// <summary>A pass needs each layer's room once, however many steps it takes; a batch needs it for every sequence.</summary>
    [Fact]
    public void More_steps_take_no_more_room()
    {
        var item = Trained().First(item => item.Configuration.SgdSteps == 1 && item.Batch.Count == 1 && item.Configuration.LayerNormBiasOnly);
        long Room(int steps)
        {
            using var file = new ScratchStore(NumberFormat.Binary64);
            _ = StreamedRuns.Of(item with { Configuration = item.Configuration with { SgdSteps = steps, InnerLearningRate = 1e-4 } },
                new PassStorage { Weights = file, Activations = file });
            return file.Length;
        }

        Assert.True(Room(1) > 0);
        Assert.Equal(Room(1), Room(3));
    }

    /// <summary>
    /// The running error of the construction, with u|x| for each number that was rounded, bounds how far rounded activations move what the
    /// descents write; u = 2·2⁻⁵³ for the arithmetic of both runs.
    /// </summary>
    [Fact]
    public void Rounded_activations_move_updated_prefixes_no_further_than_the_worst_case()
    {
        var rounding = new WorstCaseRounding(2 * RoundingModel.DoubleRoundoff);
        var ratios = OneStep().Select(item => (
            Item: item, Exact: Trace(item, new PassStorage(), Arithmetic.Plain), Rounded: Trace(item, RoundedActivations, Arithmetic.Tracking(rounding))))
            .Select(run => run.Exact.Zip(run.Rounded).Max(pair => Ratio(pair.First.ToMatrix(), pair.Second.ToMatrix(), pair.Second.ToErrorMatrix())))
            .ToArray();
        output.WriteLine(FormattableString.Invariant($"worst error/bound {ratios.Max():0.00} of {ratios.Count(ratio => ratio > 0)} runs that moved"));
        Assert.All(ratios, ratio => Assert.InRange(ratio, 0, 1));
        Assert.True(ratios.Max() > 0.1, "a bound that is never nearly reached proves little");

        static IEnumerable<Slots> Trace(LawCase item, PassStorage storage, Arithmetic arithmetic) =>
            new ConstructedTint(item.Configuration, item.Weights) { Storage = storage }.RunTracked(item.Batch, arithmetic, trace: true)
                .Sequences.SelectMany(sequence => sequence.Trace).SelectMany(entry => entry.UpdatedPrefixes).ToArray();
    }

    /// <summary>The worst case of logits says nothing through several layers, so these have the mean-square bound; both engines keep within it.</summary>
    [Fact]
    public void Rounded_activations_move_logits_no_further_than_the_mean_square_bound_and_leave_those_before_training()
    {
        var rounding = new MeanSquareRounding(2 * RoundingModel.DoubleRoundoff);
        var (worst, moved) = (0.0, 0);
        foreach (var item in OneStep())
        {
            var errors = new ConstructedTint(item.Configuration, item.Weights) { Storage = RoundedActivations }
                .RunTracked(item.Batch, Arithmetic.Tracking(rounding)).Sequences.Select(sequence => rounding.Bound(sequence.Logits.Error!)).ToArray();
            foreach (var (exact, rounded) in StreamedRuns.Of(item, new PassStorage()).Zip(StreamedRuns.Of(item, RoundedActivations)))
            {
                for (var i = 0; i < item.Batch.Count; i++)
                {
                    Assert.True(Same(exact.Logits[2 * i], rounded.Logits[2 * i]));
                    var ratio = Ratio(exact.Logits[(2 * i) + 1], rounded.Logits[(2 * i) + 1], errors[i]);
                    (worst, moved) = (Math.Max(worst, ratio), moved + (ratio > 0 ? 1 : 0));
                }
            }
        }

        output.WriteLine(FormattableString.Invariant($"worst error/bound {worst:0.000} of {moved} runs that moved"));
        Assert.InRange(worst, 0, 1);
        Assert.True(moved > 30, $"only {moved} runs moved at all");
    }

    /// <summary>How far the whole update moves, as a measurement: the roundings of many numbers average out to less than one of them.</summary>
    [Fact]
    public void Rounded_activations_move_an_update_by_about_the_roundoff_of_a_float()
    {
        var worst = 0.0;
        foreach (var item in OneStep())
        {
            foreach (var (exact, rounded) in StreamedRuns.Of(item, new PassStorage()).Zip(StreamedRuns.Of(item, RoundedActivations)))
            {
                foreach (var (a, b) in exact.Updated.Zip(rounded.Updated))
                {
                    var error = AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(a, b));
                    var step = AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(a, item.Weights));
                    worst = error == 0 ? worst : Math.Max(worst, error / step);
                }
            }
        }

        output.WriteLine(FormattableString.Invariant($"worst |error of the update|/|update| {worst / RoundingModel.SingleRoundoff:0.0} u"));
        Assert.InRange(worst / RoundingModel.SingleRoundoff, 0.1, LargestMeasuredRoundoff);
    }

    /// <summary>After one step: the exact update, each number rounded once.</summary>
    [Fact]
    public void Rounded_updates_are_the_exact_ones_rounded()
    {
        foreach (var item in OneStep())
        {
            var exact = StreamedRuns.Of(item, new PassStorage());
            var rounded = StreamedRuns.Of(item, new PassStorage { Weights = MatrixStore.Rounded });
            foreach (var (a, b) in exact.Zip(rounded))
            {
                foreach (var (x, y) in a.Updated.Zip(b.Updated).SelectMany(pair => Flat(pair.First).Zip(Flat(pair.Second))))
                {
                    Assert.True(Math.Abs(x - y) <= MatrixStore.Rounded.Roundoff(x), FormattableString.Invariant($"{x:R} became {y:R}"));
                }
            }

            Assert.Contains(exact.Zip(rounded), pair => !Same(Flat(pair.First.Updated[0]), Flat(pair.Second.Updated[0])));
        }
    }

    /// <summary>Cases that train a layer on some token and that all runs can finish.</summary>
    private static IEnumerable<LawCase> Trained() => Enumerable.Range(0, 1000)
        .Select(seed => CaseGenerator.FromSeed((ulong)seed))
        .Where(item => item.Configuration is { SgdSteps: > 0, TrainedLayers: > 0 } && item.Sequence.TrainMask.Skip(1).Sum() > 0)
        .Where(item => StreamedRuns.Try(item, new PassStorage()).Refusal is null);

    /// <summary>Some that take one step, through gates that are nearly open, so that a step is a step and not a leak.</summary>
    private static IEnumerable<LawCase> OneStep() =>
        Trained().Where(item => item.Configuration is { SgdSteps: 1, GateScale: >= 10 }).Take(60);

    private static Vector<double> Flat(AuxiliaryWeights weights) => AuxiliaryWeightsAlgebra.Flatten(weights);

    private static bool Same(Matrix<double> a, Matrix<double> b) => a.Enumerate().SequenceEqual(b.Enumerate());

    private static bool Same(Vector<double> a, Vector<double> b) => a.SequenceEqual(b);

    private static double Ratio(Matrix<double> a, Matrix<double> b, Matrix<double> bound) =>
        (a - b).Enumerate().Zip(bound.Enumerate()).Max(pair => pair.First == 0 ? 0 : Math.Abs(pair.First) / pair.Second);
}
