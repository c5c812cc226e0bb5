using System.Text;
using Tint.Experiments.Evaluation;

namespace Tint.Experiments.Tests.Evaluation;

public sealed class EvaluationPageTests
{
    private static readonly double[] Fractions = [0.25, 0.5];

    [Fact]
    public void Every_method_has_a_name_in_the_key_and_a_curve_of_a_colour_of_its_own()
    {
        EvaluationPoint[] points =
        [
            .. Enum.GetValues<EvaluationMethod>().SelectMany(method => Fractions.Select(fraction =>
                new EvaluationPoint(method, fraction, 1, null, method == EvaluationMethod.Vanilla ? null : 0.1, 2, 3 + fraction, 2.5, 4, null, null))),
        ];
        var document = new EvaluationDocument(
            "model", "gpt2", "bytes", "text", 32, 2, 2, false, "simulation", "managed", "1/1", 1, 1, 1, 1, points, points, points, [], []);
        using var stream = new MemoryStream();
        EvaluationPage.Write(document, stream);
        var page = Encoding.UTF8.GetString(stream.ToArray());
        string[] keys = [.. page.Split("<li><i class=\"").Skip(1).Select(static part => part[..part.IndexOf('"', StringComparison.Ordinal)])];
        Assert.Equal(Enum.GetValues<EvaluationMethod>().Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Contains($"class=\"line {key}\"", page, StringComparison.Ordinal));
    }
}
