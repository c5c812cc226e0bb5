using System.Globalization;
using Tint.Fixtures;
using Tint.Verification.Coordinates;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Coordinates;

/// <summary>The places that are named are those where the published code put things.</summary>
public class LayoutAgainstFilesTests
{
    [Theory]
    [InlineData("LinearForward.a", "weight", "bias")]
    [InlineData("LinearDescent.d.unrestricted", "weight", "bias")]
    [InlineData("AttentionForward.b.relu", "query_weight", "query_bias")]
    [InlineData("AttentionDescent.a", "value_weight", "value_bias")]
    public void Every_entry_of_a_prefix_is_the_weight_or_bias_that_its_place_names(string id, string weightName, string biasName)
    {
        var item = Shipped.Case(id);
        using var tensors = item.Open();
        var (states, weight, bias) = (tensors.Input("hidden_states"), tensors.Input(weightName), tensors.Input(biasName));
        for (var prefix = 0; prefix < item.Config.NumPrefixes; prefix++)
        {
            for (var coordinate = 0; coordinate < item.Config.HiddenSize; coordinate++)
            {
                var place = PlaceOf(item, states.Shape, [0, prefix, coordinate]);
                var named = place["slot"] == "weight"
                    ? At(weight, Number(place["row"]), Number(place["column"]))
                    : At(bias, Number(place["row"]));
                Assert.Equal(named, At(states, 0, prefix, coordinate));
            }
        }
    }

    [Theory]
    [InlineData("LinearForward.a", "memory x")]
    [InlineData("LayerNormForward.b.relu", "memory x")]
    [InlineData("AttentionForward.a", "memory x")]
    [InlineData("ActivationForward.d.unrestricted", "memory z")]
    public void A_forward_pass_keeps_its_input_in_the_slot_that_is_named_so(string id, string slot)
    {
        var item = Shipped.Case(id);
        using var tensors = item.Open();
        var (before, after) = (tensors.Input("hidden_states"), tensors.Expected("hidden_states"));
        var token = item.Config.NumPrefixes + 2;
        var found = 0;
        for (var coordinate = 0; coordinate < item.Config.HiddenSize; coordinate++)
        {
            var place = PlaceOf(item, after.Shape, [0, token, coordinate]);
            if (place["slot"] == slot)
            {
                found++;
                Assert.Equal(At(before, 0, token, Number(place["coordinate"])), At(after, 0, token, coordinate), 1e-7);
            }
        }

        Assert.Equal(item.Config.AuxHiddenSize, found);
    }

    [Theory]
    [InlineData("memory Qx", "query")]
    [InlineData("memory Kx", "key")]
    public void Attention_keeps_each_head_of_Qx_and_Kx_where_they_are_named(string slot, string layer)
    {
        var item = Shipped.Case("AttentionForward.a");
        using var tensors = item.Open();
        var (before, after) = (tensors.Input("hidden_states"), tensors.Expected("hidden_states"));
        var (weight, bias) = (tensors.Input($"{layer}_weight"), tensors.Input($"{layer}_bias"));
        var (width, token) = (item.Config.AuxHiddenSize, item.Config.NumPrefixes + 1);
        var found = 0;
        for (var coordinate = 0; coordinate < item.Config.HiddenSize; coordinate++)
        {
            var place = PlaceOf(item, after.Shape, [0, token, coordinate]);
            if (place["slot"] == slot)
            {
                found++;
                var row = (Number(place["head"]) * (width / item.Config.AuxNumHeads)) + Number(place["coordinate"]);
                var product = Enumerable.Range(0, width).Sum(column => At(weight, row, column) * At(before, 0, token, column));
                Assert.Equal(product + At(bias, row), At(after, 0, token, coordinate), 1e-6);
            }
        }

        Assert.Equal(width, found);
    }

    [Fact]
    public void A_traced_prefix_is_nearest_to_the_layer_that_its_name_stands_for()
    {
        var item = Shipped.Case("TinT.opt.exact_gates");
        using var tensors = item.Open();
        var width = item.Config.AuxHiddenSize;
        var layers = Layers(tensors, width);
        var seen = 0;
        for (var number = 0; number < 18; number++)
        {
            var name = $"trace.004.backward.layer01.updated_prefixes.{number:00}";
            var module = TraceName.Parse($"expected.{name}")!.Module!;
            if (module.StartsWith("activation", StringComparison.Ordinal) || module.EndsWith("norm", StringComparison.Ordinal))
            {
                continue;
            }

            var prefixes = tensors.Expected(name);
            var nearest = layers.Keys.MinBy(layer => Distance(item, prefixes, layers[layer]));
            Assert.Equal(module, nearest);
            seen++;
        }

        Assert.Equal(12, seen);
    }

    private static double Distance(FixtureCase item, FixtureTensor prefixes, Func<int, int, double> weight)
    {
        var (width, rows) = (item.Config.AuxHiddenSize, item.Config.AuxHiddenSize / item.Config.NumPrefixes);
        return Enumerable.Range(0, width * width).Max(
            i => Math.Abs(At(prefixes, 0, i / width / rows, (i / width % rows * width) + (i % width)) - weight(i / width, i % width)));
    }

    private static Dictionary<string, Func<int, int, double>> Layers(FixtureTensors tensors, int width)
    {
        const string Block = "aux.model.decoder.layers.1";
        Func<int, int, double> Attention(string name)
        {
            var weight = tensors.Input($"{Block}.self_attn.{name}.weight");
            return (row, column) => At(weight, row, column);
        }

        var (inner, outer) = (tensors.Input($"{Block}.fc1.weight"), tensors.Input($"{Block}.fc2.weight"));
        var layers = new Dictionary<string, Func<int, int, double>>
        {
            ["query"] = Attention("q_proj"),
            ["key"] = Attention("k_proj"),
            ["value"] = Attention("v_proj"),
            ["attention output"] = Attention("out_proj"),
        };
        for (var chunk = 0; chunk < inner.Shape[0] / width; chunk++)
        {
            var first = chunk * width;
            layers[$"MLP inner chunk {chunk}"] = (row, column) => At(inner, first + row, column);
            layers[$"MLP outer chunk {chunk}"] = (row, column) => At(outer, row, first + column);
        }

        return layers;
    }

    private static Dictionary<string, string> PlaceOf(FixtureCase item, IReadOnlyList<int> shape, int[] index) =>
        Place.Of(CaseGeometry.Of(item), "expected.hidden_states", shape, index).Coordinates.ToDictionary(step => step.Name, step => step.Value);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static double At(FixtureTensor tensor, params int[] index)
    {
        var flat = 0;
        for (var axis = 0; axis < index.Length; axis++)
        {
            flat = (flat * tensor.Shape[axis]) + index[axis];
        }

        return tensor.Values[flat];
    }
}
