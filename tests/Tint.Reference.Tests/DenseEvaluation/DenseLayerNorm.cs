namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>
/// The normalisation modules from their dense weights: TinT's own normalisation layer, over all D_sim coordinates of all positions, behind the
/// feature gate w = tanh(G·1[c &lt; D_aux]).
/// </summary>
internal static class DenseLayerNorm
{
    public static double[,] Forward(DenseLayers layers, double[,] states, int memory)
    {
        var normalised = layers.Gate("normalization_gates", states, Normalise(layers, states));
        var output = DenseLinear.Forward(layers, normalised, memory, "linear.");
        DenseLinear.AddSlot(layers, output, memory + 1, states, 0);
        return output;
    }

    public static double[,] Backward(DenseLayers layers, double[,] states, int memory)
    {
        var gradient = DenseLinear.Backward(layers, states, memory, "linear.");
        var shifted = Blend(layers, layers.Mix("c_fc", gradient), gradient);
        var normalised = Normalise(layers, shifted);
        var difference = Blend(layers, layers.Mix("proj_fc", normalised), normalised);
        return layers.Gate("normalization_gates", states, difference);
    }

    /// <summary>w∘n + (1 − w)∘x, n = (x − μ)/s, μ = Σ w x/Σ w, s = √(eps + Σ (w(x − μ))²/Σ w).</summary>
    private static double[,] Normalise(DenseLayers layers, double[,] x)
    {
        var (format, w, columns) = (layers.Format, FeatureGate(layers), Enumerable.Range(0, x.GetLength(1)).ToArray());
        var normal = (double[,])x.Clone();
        for (var row = 0; row < x.GetLength(0); row++)
        {
            var total = format.Sum(w);
            var mean = format.Divide(format.Sum(columns.Select(c => format.Times(w[c], x[row, c]))), total);
            var moment = format.Divide(
                format.Sum(columns.Select(c => format.Times(w[c], format.Subtract(x[row, c], mean))).Select(d => format.Times(d, d))), total);
            var deviation = format.Sqrt(format.Add(format.Round(layers.Configuration.Auxiliary.LayerNormEpsilon), moment));
            foreach (var c in columns)
            {
                normal[row, c] = format.Divide(format.Subtract(x[row, c], mean), deviation);
            }
        }

        return Blend(layers, normal, x);
    }

    private static double[,] Blend(DenseLayers layers, double[,] @new, double[,] old)
    {
        var (format, w) = (layers.Format, FeatureGate(layers));
        return Grid.Like(old, (row, c) => format.Add(
            format.Times(w[c], @new[row, c]), format.Times(format.Subtract(1, w[c]), old[row, c])));
    }

    private static double[] FeatureGate(DenseLayers layers) =>
    [
        .. Enumerable.Range(0, layers.Configuration.HiddenSize).Select(c => layers.Format.Tanh(
            c < layers.Configuration.Auxiliary.HiddenSize ? layers.Configuration.EffectiveGateScale : 0)),
    ];
}
