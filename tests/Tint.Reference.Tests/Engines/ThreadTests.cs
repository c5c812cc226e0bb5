using System.Globalization;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Engines;

/// <summary>
/// Several threads use one engine, and all engines one provider: every answer is to the bit what one thread gets. <c>TINT_FUZZ_CASES</c> sets how many runs
/// are tried.
/// </summary>
public class ThreadTests
{
    private const int DefaultCases = 60;
    private static readonly TintConfiguration Configuration = TintConfiguration.For(AuxiliaryConfiguration.Tiny) with { InnerLearningRate = 0.01 };
    private static readonly AuxiliaryWeights Weights = AuxiliaryWeights.Random(AuxiliaryConfiguration.Tiny, seed: 1);

    [Fact]
    public void Engines_answer_several_threads_as_they_answer_one()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("TINT_FUZZ_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : DefaultCases;
        TintEngine[] engines =
            [new ConstructedTint(Configuration, Weights), new SimulatedTint(Configuration, Weights), new ExactTint(Configuration, Weights)];
        TokenSequence[] sequences = [.. Enumerable.Range(2, 7).Select(length => TokenSequence.Of([.. Enumerable.Range(length, length).Select(t => t * t % 10)]))];
        var alone = engines.Select(engine => sequences.Select(engine.Run).ToArray()).ToArray();
        var random = new Random(1);
        var runs = Enumerable.Range(0, cases).Select(_ => (Engine: random.Next(engines.Length), Sequence: random.Next(sequences.Length))).ToArray();
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, run =>
        {
            var (result, expected) = (engines[run.Engine].Run(sequences[run.Sequence]), alone[run.Engine][run.Sequence]);
            Assert.Equal(expected.Logits, result.Logits);
            Assert.Equal(expected.FinalLoss, result.FinalLoss);
            Assert.Equal(expected.UpdatedWeights.Layers[0].Query.Weight, result.UpdatedWeights.Layers[0].Query.Weight);
        });
    }
}
