using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Configuration;

/// <summary>Buckets against those of Hugging Face's T5, largest distances among them that are near ones.</summary>
public class RelativeBucketsTests
{
    [Theory]
    [InlineData(32, 12, false, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 13 10 7 4 1")]
    [InlineData(32, 8, false, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 15 14 13 11 10 9 8")]
    [InlineData(32, 16, false, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15")]
    [InlineData(32, 5, true, "0 1 2 3 4 5 6 7 8 6 5 3 2 0")]
    [InlineData(4, 1, false, "0 1 2 1 0 0")]
    public void A_distance_has_the_bucket_that_the_published_code_gives_it(int count, int maximum, bool isBidirectional, string buckets)
    {
        var relative = new RelativeBuckets { Count = count, MaximumDistance = maximum, IsBidirectional = isBidirectional };
        relative.Check();
        Assert.Equal(buckets, string.Join(' ', Enumerable.Range(0, buckets.Split(' ').Length).Select(distance => relative.Of(distance, 0))));
    }

    [Theory]
    [InlineData(32, 12, 22)]
    [InlineData(32, 16, 16)]
    [InlineData(32, 16, 17)]
    [InlineData(4, 1, 6)]
    public void A_distance_that_has_none_there_is_refused(int count, int maximum, int distance) => Helpers.Refusal.Of(
        () => new RelativeBuckets { Count = count, MaximumDistance = maximum, IsBidirectional = false }.Of(distance, 0),
        $"{distance} tokens apart",
        $"{count} buckets up to distance {maximum}");

    [Theory]
    [InlineData(1, 8, false)]
    [InlineData(3, 8, true)]
    [InlineData(32, 0, false)]
    public void Too_few_buckets_and_no_distance_are_refused(int count, int maximum, bool isBidirectional) => Helpers.Refusal.Of(
        () => new RelativeBuckets { Count = count, MaximumDistance = maximum, IsBidirectional = isBidirectional }.Check(), $"{count} buckets up to distance {maximum}");
}
