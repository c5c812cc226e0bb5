using Tint.Reference.Auxiliary;

namespace Tint.Reference.Tests.Model;

/// <summary>The parameters of a model by name, to compare models one by one.</summary>
internal static class Parameters
{
    public static IReadOnlyDictionary<string, double[]> Of(AuxiliaryWeights weights)
    {
        var all = new Dictionary<string, double[]>
        {
            ["token embedding"] = weights.TokenEmbedding.ToRowMajorArray(),
            ["position embedding"] = weights.PositionEmbedding.ToRowMajorArray(),
        };
        Add(all, "final norm", weights.FinalNorm);
        for (var i = 0; i < weights.Layers.Count; i++)
        {
            var layer = weights.Layers[i];
            Add(all, $"layer {i} attention norm", layer.AttentionNorm);
            Add(all, $"layer {i} attention query", layer.Query);
            Add(all, $"layer {i} attention key", layer.Key);
            Add(all, $"layer {i} attention value", layer.Value);
            Add(all, $"layer {i} output", layer.Output);
            Add(all, $"layer {i} MLP norm", layer.MlpNorm);
            Add(all, $"layer {i} inner", layer.Inner);
            Add(all, $"layer {i} outer", layer.Outer);
        }

        return all;
    }

    /// <summary>The names of the parameters that differ at all.</summary>
    public static string[] Changed(AuxiliaryWeights before, AuxiliaryWeights after)
    {
        var (a, b) = (Of(before), Of(after));
        return [.. a.Keys.Union(b.Keys).Where(name => !a.ContainsKey(name) || !b.ContainsKey(name) || !a[name].SequenceEqual(b[name]))];
    }

    private static void Add(Dictionary<string, double[]> all, string name, LinearParameters layer)
    {
        all[$"{name} weight"] = layer.Weight.ToRowMajorArray();
        all[$"{name} bias"] = layer.Bias.ToArray();
    }

    private static void Add(Dictionary<string, double[]> all, string name, LayerNormParameters norm)
    {
        all[$"{name} weight"] = norm.Weight.ToArray();
        all[$"{name} bias"] = norm.Bias.ToArray();
        if (norm.Dense is { } dense)
        {
            all[$"{name} dense"] = dense.ToRowMajorArray();
        }
    }
}
