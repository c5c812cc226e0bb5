using Tint.Experiments.Evaluation;
using Tint.Experiments.Text;

namespace Tint.Experiments.Tests.Text;

public sealed class GeneratedTextTests
{
    [Theory]
    [InlineData(TextSplit.Validation)]
    [InlineData(TextSplit.Test)]
    public void The_texts_that_ship_are_generated(TextSplit split) => Assert.Equal(
        ShippedExperiment.Content(split), File.ReadAllText(split == TextSplit.Test ? ShippedExperiment.ReportText : ShippedExperiment.SelectionText));

    [Fact]
    public void Splits_have_no_document_in_common_and_a_document_does_not_depend_on_how_many_there_are()
    {
        var training = Enumerable.Range(0, 200).Select(static index => GeneratedText.Document(TextSplit.Training, index)).ToHashSet();
        Assert.Equal(200, training.Count);
        Assert.All(Enumerable.Range(0, 16), index => Assert.DoesNotContain(GeneratedText.Document(TextSplit.Test, index), training));
        Assert.StartsWith(GeneratedText.Of(TextSplit.Test, 2), GeneratedText.Of(TextSplit.Test, 3), StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_first_in_a_document_comes_again()
    {
        var sentences = GeneratedText.Document(TextSplit.Training, 7).Split(". ");
        Assert.True(sentences.Distinct().Count() < sentences.Length * 0.9, $"{sentences.Distinct().Count()} of {sentences.Length} differ");
    }
}
