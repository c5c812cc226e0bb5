using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Certificates;

/// <summary>Chains through the operations of other architectures: an error in the gradient comes out within what the chain says, token by token.</summary>
public sealed class OperationChainTests
{
    [Fact]
    public void A_root_mean_square_norm_divides_by_at_least_its_root()
    {
        var random = new RandomNumbers(1);
        for (var trial = 0; trial < 50; trial++)
        {
            var (x, error, gamma) = (random.Matrix(3, 5), random.Matrix(3, 5), random.Vector(5));
            var (back, _) = ExactRmsNorm.Backward(gamma, ExactRmsNorm.Forward(gamma, 1e-3, x), error);
            Within(back, Chain(error).RmsNorm(x, gamma.AbsoluteMaximum(), 1e-3));
        }

        // A mean does not help, as it would a LayerNorm's deviation to be small.
        var token = Matrix<double>.Build.Dense(1, 4, 10);
        Assert.InRange(Chain(token).RmsNorm(token, 1, 1e-5).RowErrors[0], 1.99, 2.01);
    }

    [Fact]
    public void A_product_multiplies_by_the_other_factor()
    {
        var random = new RandomNumbers(2);
        var (a, b, error) = (random.Matrix(4, 5), random.Matrix(4, 5), random.Matrix(4, 5));
        var (left, right) = ExactProduct.Backward(a, b, error);
        Within(left, Chain(error).Product(b));
        Within(right, Chain(error).Product(a));
        var single = Matrix<double>.Build.Dense(1, 1, 3);
        Assert.Equal(9, Chain(single).Product(single).RowErrors[0], 1e-9);
    }

    [Theory]
    [InlineData("grouped queries")]
    [InlineData("one key and value head")]
    [InlineData("rotation of halves")]
    [InlineData("relative buckets")]
    [InlineData("both directions")]
    [InlineData("all at once")]
    public void Attention_of_any_form_passes_errors_within_its_gains(string name)
    {
        foreach (var shape in Closeness.Shapes.Take(8))
        {
            var form = AttentionForms.Of(name, shape)!;
            var (layers, auxiliary) = (new FormedLayers(shape, form, icl: false), shape.Configuration.Auxiliary);
            var (q, k, v) = (ExactLinear.Forward(layers.Query, layers.X), ExactLinear.Forward(layers.Key, layers.X), ExactLinear.Forward(layers.Value, layers.X));
            var heads = AttentionFormCertificate.Heads(auxiliary, form, q, k, v);
            var norms = AttentionNorms.Of(layers.Query.Weight, layers.Key.Weight, layers.Value.Weight);
            var back = new ExactAttentionForm(auxiliary, form).Attend(q, k, v).Pullback(layers.Gradient);
            var group = auxiliary.HeadCount / form.KeyValueHeads(auxiliary);
            var (asking, answering) = Chain(layers.Gradient).Across(heads, norms, group);
            Within(back.Query * layers.Query.Weight, asking);
            Within((back.Key * layers.Key.Weight) + (back.Value * layers.Value.Weight), answering);
            Within(
                (back.Query * layers.Query.Weight) + (back.Key * layers.Key.Weight) + (back.Value * layers.Value.Weight),
                Chain(layers.Gradient).Attention(heads, norms, group));
        }
    }

    /// <summary>Two query heads, one value head, attention on the only token: both gradients arrive whole, and their norm is √2 of a head's.</summary>
    [Fact]
    public void A_group_of_two_reaches_the_root_of_two()
    {
        var auxiliary = new AuxiliaryConfiguration { HiddenSize = 4, HeadCount = 2, LayerCount = 1, VocabularySize = 2, MaximumPositions = 1 };
        var form = new AttentionForm { KeyValueHeadCount = 1 };
        var (q, k) = (Matrix<double>.Build.Dense(1, 4, 1), Matrix<double>.Build.Dense(1, 2, 1));
        var g = Matrix<double>.Build.Dense(1, 4, 1);
        var heads = AttentionFormCertificate.Heads(auxiliary, form, q, k, k);
        var value = new ExactAttentionForm(auxiliary, form).Attend(q, k, k).Pullback(g).Value;
        var (_, answering) = Chain(g).Across(heads, new AttentionNorms(0, 0, 1), group: 2);
        Assert.InRange(value.FrobeniusNorm() / answering.RowErrors[0], 0.999, 1);
        Refusal.Of(() => Chain(g).Across(heads, new AttentionNorms(0, 0, 1), group: 0), "the query heads of a group must be at least 1");
    }

    private static CertificateChain Chain(Matrix<double> error) => CertificateChain.From(RowNorms.Of(error));

    private static void Within(Matrix<double> error, CertificateChain chain) => Assert.All(
        Enumerable.Range(0, error.RowCount), t => Assert.InRange(error.Row(t).L2Norm(), 0, chain.RowErrors[t] * (1 + 1e-12)));
}
