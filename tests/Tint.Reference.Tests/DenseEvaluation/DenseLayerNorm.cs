namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>
/// The normalisation modules from their dense weights: TinT's own normalisation layer, over all D_sim coordinates of all positions, behind the
/// feature gate w = tanh(G·1[c &lt; D_aux]); and, mirrored, between two mixings and behind the gate w = tanh(G·1[c &lt; 2D_aux]).
/// </summary>
internal static class DenseLayerNorm
{
    public static double[,] Forward(DenseLayers layers, double[,] states, int memory, bool mirrored = false)
    {
        var normalised = layers.Gate("normalization_gates", states, Normalise(layers, states, mirrored));
        var output = DenseLinear.Forward(layers, normalised, memory, "linear.");
        DenseLinear.AddSlot(layers, output, memory + 1, states, 0);
        return output;
    }

    public static double[,] Backward(DenseLayers layers, double[,] states, int memory, bool mirrored = false)
    {
        var gradient = DenseLinear.Backward(layers, states, memory, "linear.");
        var shifted = Blend(layers, layers.Mix("c_fc", gradient), gradient);
        var normalised = Normalise(layers, shifted, mirrored);
        var difference = Blend(layers, layers.Mix("proj_fc", normalised), normalised);
        return layers.Gate("normalization_gates", states, difference);
    }

    /// <summary>w∘n + (1 − w)∘x, n = (x − μ)/s, μ = Σ w x/Σ w, s = √(eps + Σ (w(x − μ))²/Σ w), for one row x.</summary>
    public static double[] NormaliseRow(FloatFormat format, double[] x, double[] w, double epsilon)
    {
        int[] columns = [.. Enumerable.Range(0, x.Length)];
        var total = format.Sum(w);
        var mean = format.Divide(format.Sum(columns.Select(c => format.Times(w[c], x[c]))), total);
        var squares = columns.Select(c => format.Times(w[c], format.Subtract(x[c], mean))).Select(d => format.Times(d, d));
        var deviation = format.Sqrt(format.Add(format.Round(epsilon), format.Divide(format.Sum(squares), total)));
        return [.. columns.Select(c => Blend(format, w[c], format.Divide(format.Subtract(x[c], mean), deviation), x[c]))];
    }

    private static double[,] Normalise(DenseLayers layers, double[,] x, bool mirrored) =>
        mirrored ? layers.Mix("drop_fc", Normalise(layers, layers.Mix("mirror_fc", x), slots: 2)) : Normalise(layers, x, slots: 1);

    private static double[,] Normalise(DenseLayers layers, double[,] x, int slots)
    {
        var w = FeatureGate(layers, slots);
        double[][] rows = [.. Enumerable.Range(0, x.GetLength(0)).Select(row => NormaliseRow(
            layers.Format, [.. w.Select((_, c) => x[row, c])], w, layers.Configuration.Auxiliary.LayerNormEpsilon))];
        return Grid.Like(x, (row, c) => rows[row][c]);
    }

    private static double[,] Blend(DenseLayers layers, double[,] @new, double[,] old)
    {
        var w = FeatureGate(layers, slots: 1);
        return Grid.Like(old, (row, c) => Blend(layers.Format, w[c], @new[row, c], old[row, c]));
    }

    private static double Blend(FloatFormat format, double w, double @new, double old) =>
        format.Add(format.Times(w, @new), format.Times(format.Subtract(1, w), old));

    private static double[] FeatureGate(DenseLayers layers, int slots) =>
    [
        .. Enumerable.Range(0, layers.Configuration.HiddenSize).Select(c => layers.Format.Tanh(
            c < slots * layers.Configuration.Auxiliary.HiddenSize ? layers.Configuration.EffectiveGateScale : 0)),
    ];
}
