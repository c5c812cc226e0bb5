using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;
using Tint.Verification.Judging;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Judging;

public class ErrorCeilingTests
{
    /// <summary>An error that no bound may let through at N = 1000, and the factor by which ceilings are below it.</summary>
    private const double Error = 1e-6;
    private const double Factor = 400;

    [Theory]
    [InlineData("LinearForward.a")]
    [InlineData("LinearDescent.a")]
    [InlineData("LayerNormBackward.a")]
    [InlineData("AttentionForward.a")]
    [InlineData("AttentionBackwardDescent.a")]
    [InlineData("ActivationBackward.a")]
    [InlineData("TinT.gpt2.one_step")]
    public void An_error_of_a_millionth_is_rejected_by_a_factor_of_400_where_N_is_1000(string id)
    {
        foreach (var (name, ceiling) in Ceilings(id))
        {
            Assert.True(ceiling.Relative * Factor < Error, FormattableString.Invariant($"{name}: {ceiling.Relative}"));
        }
    }

    [Theory]
    [InlineData("ActivationBackward.a", "ActivationBackward.a.small_step")]
    [InlineData("LayerNormBackward.a", "LayerNormBackward.a.small_step")]
    public void Ceilings_grow_with_the_finite_difference_scale(string usual, string smallStep)
    {
        // N is 1e3 and 1e5.
        var (small, large) = (Ceilings(usual)["expected.hidden_states"].Relative!.Value, Ceilings(smallStep)["expected.hidden_states"].Relative!.Value);
        Assert.InRange(large / small, 30, 300);
    }

    [Theory]
    [InlineData("TinT.gpt2.float32")]
    [InlineData("TinT.opt.float32")]
    public void Ceilings_hold_in_single_precision_too(string id) =>
        Assert.InRange(Ceilings(id)["expected.original_logits"].Relative!.Value, 1e-5, 1e-3);

    /// <summary>A key bias shifts all scores of a query alike, so its gradient is what rounding leaves; the same of a query bias is a number.</summary>
    [Fact]
    public void A_gradient_that_is_zero_but_for_rounding_is_measured_by_what_cancels_in_it()
    {
        const string Name = "expected.true.grad.model.decoder.layers.0.self_attn.k_proj.bias";
        var ceilings = Ceilings("TinT.opt.one_step");
        using var tensors = Shipped.Case("TinT.opt.one_step").Open();
        var own = CaseTensors.Read(tensors, Name).Values.ToArray().Max(Math.Abs);
        Assert.True(ceilings[Name].LeastScale > 1e6 * own, $"{ceilings[Name]} against {own}");
        Assert.InRange(ceilings[Name].Relative!.Value, 1e-14, 1e-13);
        Assert.Equal(0, ceilings[Name.Replace("k_proj", "q_proj", StringComparison.Ordinal)].LeastScale);
    }

    [Fact]
    public void Without_measured_noise_the_derived_bound_stands_alone()
    {
        var one = new Tensor([1], [1]);
        Assert.Null(ErrorCeiling.Of(Shipped.Case("LinearForward.a"), one, new ComputedTensor(one, one)).Relative);
    }

    private static Dictionary<string, ErrorCeiling> Ceilings(string id)
    {
        var item = Shipped.Case(id);
        using var tensors = item.Open();
        return ReferenceEngines.All
            .SelectMany(engine => engine.Compute(item, tensors))
            .Where(answer => answer.Value.Bound is not null && CaseTensors.InOrder(item).Contains(answer.Key))
            .ToDictionary(answer => answer.Key, answer => ErrorCeiling.Of(item, CaseTensors.Read(tensors, answer.Key), answer.Value));
    }
}
