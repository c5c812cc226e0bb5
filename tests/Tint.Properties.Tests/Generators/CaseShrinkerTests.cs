using Tint.Properties.Generators;

namespace Tint.Properties.Tests.Generators;

public sealed class CaseShrinkerTests
{
    [Fact]
    public void Every_candidate_is_admissible_and_none_is_the_case_itself()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var item = CaseGenerator.FromSeed((ulong)seed);
            var candidates = 0;
            foreach (var candidate in CaseShrinker.Shrink(item))
            {
                candidate.Check();
                Assert.NotSame(item, candidate);
                candidates++;
            }

            Assert.True(candidates > 0, $"seed {seed}: nothing to shrink");
        }
    }

    [Fact]
    public void Following_any_candidate_again_and_again_comes_to_an_end_at_the_smallest_case()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var item = CaseGenerator.FromSeed((ulong)seed);
            var choices = new Random(seed);
            var steps = 0;
            for (var next = Any(item, choices); next is not null; next = Any(item, choices))
            {
                next.Check();
                item = next;
                Assert.InRange(++steps, 0, 2000);
            }

            Assert.Equal((3, 1, 1, 1), (item.Auxiliary.HiddenSize, item.Auxiliary.LayerCount, item.Auxiliary.MlpChunkCount, item.Sequence.Length));
            Assert.Equal(0, item.Configuration.SgdSteps);
            Assert.Equal(0, item.Signal.L1Norm() + item.Layer.Inner.Weight.L1Norm());
        }
    }

    private static LawCase? Any(LawCase item, Random choices)
    {
        LawCase[] candidates = [.. CaseShrinker.Shrink(item)];
        return candidates.Length == 0 ? null : candidates[choices.Next(candidates.Length)];
    }
}
