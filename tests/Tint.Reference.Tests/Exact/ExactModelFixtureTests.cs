using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Families;

namespace Tint.Reference.Tests.Exact;

public sealed class ExactModelFixtureTests
{
    public static TheoryData<string> WithTruth => [.. WholeModelCase.Ids("true.loss")];

    public static TheoryData<string> All => [.. WholeModelCase.Ids()];

    [Fact]
    public void The_shipped_cases_hold_truth_for_both_families()
    {
        Assert.True(WithTruth.Count >= 26);
        Assert.Contains(WholeModelCase.Ids("true.loss"), id => id.Contains("gpt2", StringComparison.Ordinal));
        Assert.Contains(WholeModelCase.Ids("true.loss"), id => id.Contains("opt", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(WithTruth))]
    public void Loss_logits_and_every_gradient_agree_with_autograd(string id)
    {
        using var model = new WholeModelCase(id);
        var tolerance = model.IsFloat32 ? ExactTolerances.AutogradFloat32 : ExactTolerances.Autograd;
        for (var index = 0; index < model.Sequences.Count; index++)
        {
            var logits = ExactModel.Forward(model.Weights, model.Sequences[index]).Logits;
            Assertions.Close(model.Expected("true.logits").Slice(index).ToMatrix(), logits, tolerance, $"{id} logits of sequence {index}");
        }

        var (loss, gradient) = ExactModel.Gradient(model.Weights, model.Sequences, LossKind.CrossEntropy);
        Assertions.Close(model.Expected("true.loss").Values, [loss], tolerance, $"{id} loss");
        var expected = model.TrueGradients();
        var actual = HuggingFaceWeights.Export(gradient);
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, tensor) in expected)
        {
            Assert.Equal(tensor.Shape, actual[name].Shape);
            Assertions.Close(tensor.Values, actual[name].Values, tolerance, $"{id} gradient of {name}", LeastScale(name, expected));
        }
    }

    /// <summary>
    /// The gradient of a key bias is zero but for rounding, since it shifts all scores of a query alike; so its size is no scale, and the query
    /// and value biases' is taken, as in GPT-2's layout, where the three are one tensor.
    /// </summary>
    private static double LeastScale(string name, IReadOnlyDictionary<string, Tensor> gradients)
    {
        const string KeyBias = "k_proj.bias";
        double Largest(string other) => Assertions.Largest(gradients[name.Replace(KeyBias, other, StringComparison.Ordinal)].Values);
        return name.EndsWith(KeyBias, StringComparison.Ordinal) ? Math.Max(Largest("q_proj.bias"), Largest("v_proj.bias")) : 0;
    }
}
