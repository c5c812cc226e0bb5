using Tint.Verification.Coordinates;

namespace Tint.Verification.Tests.Coordinates;

public class PlaceTests
{
    // D = 24, H = 3, D_sim = 96, K = 8, hence n = 3 and auxiliary heads 8 wide; T_max = 16.
    private static readonly int[] State = [2, 20, 96];

    [Theory]
    [InlineData("LinearForward", 72, 0, 3, 30, "module LinearForward, sequence 0, prefix 3, slot weight, row 10, column 6")]
    [InlineData("LinearForward", 72, 1, 7, 75, "module LinearForward, sequence 1, prefix 7, slot bias, row 3")]
    [InlineData("LinearForward", 72, 1, 8, 5, "module LinearForward, sequence 1, token 0, slot signal, coordinate 5")]
    [InlineData("LinearForward", 72, 1, 9, 72, "module LinearForward, sequence 1, token 1, slot memory x, coordinate 0")]
    [InlineData("LinearBackward", 72, 0, 9, 25, "module LinearBackward, sequence 0, token 1, slot input gradient, coordinate 1")]
    [InlineData("LayerNormForward", 48, 0, 9, 49, "module LayerNormForward, sequence 0, token 1, slot memory x̂, coordinate 1")]
    [InlineData("LayerNormForward", 48, 0, 9, 73, "module LayerNormForward, sequence 0, token 1, slot memory x, coordinate 1")]
    [InlineData("LayerNormForward", 48, 0, 9, 30, "module LayerNormForward, sequence 0, token 1, slot unused, coordinate 6")]
    [InlineData("AttentionForward", 24, 0, 1, 49, "module AttentionForward, sequence 0, prefix 1, slot weight, head 0, row 5, column 1")]
    [InlineData("AttentionForward", 24, 0, 9, 17, "module AttentionForward, sequence 0, token 1, slot signal, head 2, coordinate 1")]
    [InlineData("AttentionForward", 24, 0, 9, 33, "module AttentionForward, sequence 0, token 1, slot memory Qx, head 1, coordinate 1")]
    [InlineData("AttentionForward", 24, 0, 9, 57, "module AttentionForward, sequence 0, token 1, slot memory Kx, head 1, coordinate 1")]
    [InlineData("AttentionForward", 24, 0, 9, 95, "module AttentionForward, sequence 0, token 1, slot memory x, coordinate 23")]
    [InlineData("ActivationForward", null, 0, 9, 95, "module ActivationForward, sequence 0, token 1, slot memory z, coordinate 23")]
    [InlineData("ActivationForward", null, 0, 2, 95, "module ActivationForward, sequence 0, prefix 2, coordinate 95")]
    public void Names_the_slots_of_a_module(string module, int? memory, int sequence, int position, int coordinate, string place) =>
        Assert.Equal(place, Place.Of(Geometry(module, memory), "expected.hidden_states", State, [sequence, position, coordinate]).ToString());

    [Theory]
    [InlineData(
        "expected.trace.004.backward.layer01.updated_prefixes.03", "step 4, pass backward, layer 1, module value, sequence 1, prefix 3, slot weight, head 1, row 10, column 6")]
    [InlineData(
        "expected.trace.004.backward.layer01.updated_prefixes.09", "step 4, pass backward, layer 1, module MLP inner chunk 1, sequence 1, prefix 3, slot weight, row 10, column 6")]
    [InlineData(
        "expected.trace.003.backward.final_norm.updated_prefixes.00", "step 3, pass backward, module final norm, sequence 1, prefix 3, slot weight, row 10, column 6")]
    [InlineData("expected.trace.000.forward.layer00.hidden_states", "step 0, pass forward, layer 0, sequence 1, prefix 3, coordinate 30")]
    [InlineData("expected.trace.002.forward.final_norm.hidden_states", "step 2, pass forward, module final norm, sequence 1, prefix 3, slot weight, row 10, column 6")]
    public void Names_the_layer_and_module_of_a_trace(string tensor, string place) =>
        Assert.Equal(place, Place.Of(Geometry("TinT", null), tensor, State, [1, 3, 30]).ToString());

    [Fact]
    public void A_traced_token_of_a_layer_has_signal_and_memory()
    {
        const string Tensor = "expected.trace.000.forward.layer00.hidden_states";
        Assert.EndsWith("token 2, slot signal, coordinate 23", Place.Of(Geometry("TinT", null), Tensor, State, [0, 10, 23]).ToString(), StringComparison.Ordinal);
        Assert.EndsWith("token 2, slot memory, coordinate 1", Place.Of(Geometry("TinT", null), Tensor, State, [0, 10, 25]).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected.logits", new[] { 2, 12, 50 }, new[] { 1, 2, 3 }, "sequence 1, token 2, vocabulary id 3")]
    [InlineData("expected.final_loss", new[] { 1 }, new[] { 0 }, "entry 0")]
    [InlineData("expected.true.grad.transformer.wte.weight", new[] { 50, 24 }, new[] { 4, 5 }, "row 4, column 5")]
    [InlineData("expected.something", new[] { 2, 2 }, new[] { 0, 1 }, "axis 0 index 0, axis 1 index 1")]
    public void Names_the_axes_of_a_result(string tensor, int[] shape, int[] index, string place) =>
        Assert.Equal(place, Place.Of(Geometry("TinT", null), tensor, shape, index).ToString());

    [Theory]
    [InlineData("attnt_module.q_attn.weight", new[] { 12, 8, 8 }, new[] { 1, 2, 3 }, "head 1, from coordinate 2, to coordinate 3")]
    [InlineData("attnt_module.q_attn.bias", new[] { 12, 8 }, new[] { 1, 2 }, "head 1, coordinate 2")]
    [InlineData("attnt_module.q_attn_head.weight", new[] { 8, 12, 12 }, new[] { 1, 2, 3 }, "coordinate in head 1, from head 2, to head 3")]
    [InlineData("attnt_module.q_attn_head.bias", new[] { 8, 12 }, new[] { 1, 2 }, "coordinate in head 1, head 2")]
    [InlineData("attnt_module.c_proj.weight", new[] { 8, 12, 12 }, new[] { 1, 2, 3 }, "coordinate in head 1, from head 2, to head 3")]
    [InlineData("mlp_module.c_proj.weight", new[] { 12, 8, 8 }, new[] { 1, 2, 3 }, "head 1, from coordinate 2, to coordinate 3")]
    [InlineData("permutation_conv.weight", new[] { 4, 24, 24 }, new[] { 1, 2, 3 }, "head 1, from coordinate 2, to coordinate 3")]
    [InlineData("attnt_module.p_attn.weight", new[] { 24, 24 }, new[] { 3, 9 }, "token 3, part key, coordinate 1")]
    [InlineData("attnt_module.p_attn.weight", new[] { 24, 24 }, new[] { 18, 23 }, "prefix 2, part value, coordinate 7")]
    [InlineData("attnt_module.p_attn.bias", new[] { 24 }, new[] { 1 }, "part query, coordinate 1")]
    [InlineData("attnt_module.p_expand.weight", new[] { 3, 1, 12 }, new[] { 2, 0, 5 }, "part value, head 5")]
    [InlineData("attnt_module.p_expand.bias", new[] { 12 }, new[] { 5 }, "head 5")]
    [InlineData("gates.old_v.weight", new[] { 24, 1 }, new[] { 16, 0 }, "prefix 0")]
    [InlineData("gates.old_v.bias", new[] { 1 }, new[] { 0 }, "axis 0 index 0")]
    public void Names_the_axes_of_a_constructed_weight(string name, int[] shape, int[] index, string axes) => Assert.Equal(
        $"module LinearForward, weight {name}, {axes}",
        Place.Of(Geometry("LinearForward", 72), $"constructed.{name}", shape, index).ToString());

    private static CaseGeometry Geometry(string module, int? memory) => new()
    {
        Module = module,
        AuxiliaryHiddenSize = 24,
        AuxiliaryHeadCount = 3,
        HiddenSize = 96,
        PrefixCount = 8,
        MaximumPositions = 16,
        MemoryIndex = memory,
    };
}
