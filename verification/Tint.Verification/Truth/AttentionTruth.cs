using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Exact;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Verification.Engines.Exact;
using Tint.Verification.Simulating;

namespace Tint.Verification.Truth;

/// <summary>Attention modules: forward exact but for gates; backward without the score path and without what the train mask drops.</summary>
internal static class AttentionTruth
{
    /// <remarks>
    /// Queries and keys each passed a gate, so scores carry ρ², and a weight moves by a factor within exp(±(1 − ρ²)r_i), r_i the range of the scores
    /// that row i sees, as a softmax does not care for their shift. As Σ_j ã_ij = Σ_j a_ij, one head moves by
    /// ‖Σ_j(ã_ij − a_ij)(v_j − o_i)‖ ≤ (exp(2λr_i) − 1)Σ_j a_ij‖v_j − o_i‖, and by no more than 2 max_j‖v_j − o_i‖ whatever the scores. Two gates
    /// scale the result: 2λ‖o_i‖.
    /// </remarks>
    public static IEnumerable<CertificateCheck> Forward(TruthInputs inputs)
    {
        var view = inputs.View;
        var x = view.Signal;
        var (q, k, v) = (ExactLinear.Forward(view.Linear, x), ExactLinear.Forward(view.KeyLayer, x), ExactLinear.Forward(view.ValueLayer, x));
        var truth = ExactAttention.Forward(q, k, v, view.Configuration.Auxiliary.HeadCount, view.IclMask);
        var heads = Heads(view, truth);
        var moved = Matrix<double>.Build.Dense(x.RowCount, heads.Length, (i, h) => Moved(heads[h], view.IclMask, i, inputs.Leak.Rate));
        var certificate = RowNorms.Of(moved) + RowNorms.Of(truth.Output).Map(size => inputs.Leak.Scaling(size, 2));
        return [inputs.Check(SimulatedModule.Signal, "attention", Covers.GateLeak, truth.Output, certificate)];
    }

    private static double Moved(AttentionHead head, Matrix<double>? iclMask, int i, double rate)
    {
        int[] seen = [.. Enumerable.Range(0, i + 1).Where(j => iclMask is null || iclMask.At(i, j) == 1)];
        double[] scores = [.. seen.Select(j => head.ScoreScale * head.Query.Row(i).DotProduct(head.Key.Row(j)))];
        var output = head.Weights.Row(i) * head.Value;
        double[] distances = [.. seen.Select(j => RowNorms.Upper(head.Value.Row(j) - output))];
        var spread = seen.Zip(distances, (j, distance) => head.Weights.At(i, j) * distance).Sum();
        var grown = 2 * rate * (scores.Max() - scores.Min());

        // exp(m) − 1 ≤ m·exp(m), without cancellation.
        return Math.Min(grown * Math.Exp(grown) * spread, 2 * distances.Max());
    }

    /// <summary>The gradient of the values, dV = Aᵀg, less what the mask drops, behind one gate.</summary>
    public static IEnumerable<CertificateCheck> Backward(TruthInputs inputs)
    {
        var view = inputs.View;
        var forward = Stored(view, view.AttentionMemory.Input);
        var truth = ExactAttention.Backward(forward, view.Signal, view.Configuration.Auxiliary.HeadCount, view.IclMask).Value;
        var kept = SimulatedKept(view, view.Signal);
        var certificate = AttentionCertificate.Dropped(Heads(view, forward), view.Signal, view.MaskVector)
            + RowNorms.Of(kept).Map(size => inputs.Leak.Scaling(size, 1));
        return [inputs.Check(SimulatedModule.Signal, "gradient of the values", Covers.MaskAndLeak, truth, certificate)];
    }

    public static IEnumerable<CertificateCheck> Descent(TruthInputs inputs)
    {
        var view = inputs.View;
        var updated = LinearTruth.Step(view.Linear, view.Signal, view.AttentionMemory.Input, view);
        return inputs.Updated(updated.Weight, updated.Bias);
    }

    /// <summary>
    /// The gradient at attention's input against the exact one, score path included: within its bound, and, less the score path and the dropped
    /// terms, equal to it but for three gates. The case must hold W_Q and W_K, and the gradient must pass through attention.
    /// </summary>
    public static IEnumerable<CertificateCheck> BackwardDescent(TruthInputs inputs)
    {
        var view = inputs.View;
        if (view.InputWeight("query") is not { } query || view.InputWeight("key") is not { } key
            || !view.Configuration.BackpropagateThroughAttention)
        {
            return [];
        }

        var (g, value, heads) = (view.Signal, view.Linear, view.Configuration.Auxiliary.HeadCount);
        var forward = Stored(view, view.AttentionMemory.Input);
        var exact = ExactAttention.Backward(forward, g, heads, view.IclMask);
        var truth = exact.Value.Multiply(value.Weight) + exact.Query.Multiply(query) + exact.Key.Multiply(key);
        var error = AttentionCertificate.Error(Heads(view, forward), g, view.MaskVector, query, key, value.Weight);
        var leak = RowNorms.Of(SimulatedKept(view, g).Multiply(value.Weight)).Map(size => inputs.Leak.Scaling(size, 3));
        var bound = AttentionCertificate.Bound(Heads(view, forward), g, view.MaskVector, AttentionNorms.Of(query, key, value.Weight)) + leak;
        var rounding = ScorePathRounding(view, forward, g, query, key);
        return
        [
            inputs.Check(SimulatedModule.Signal, "gradient at x", Covers.ScorePath, truth, bound, rounding),
            inputs.Check(SimulatedModule.Signal, "gradient at x, score path and mask added", Covers.Identity, truth + error, leak, 2 * rounding),
            .. UpdatedValues(inputs, exact.Value),
        ];
    }

    /// <remarks>
    /// The module writes ρ²W_V − ηρ³Σ m_t h_t x_tᵀ and ρ²b_V − ηρ²Σ m_t h_t, h being the gradient of the values that the mask keeps; the truth has
    /// dV = h + R in its place.
    /// </remarks>
    private static IEnumerable<CertificateCheck> UpdatedValues(TruthInputs inputs, Matrix<double> valueGradient)
    {
        var (view, leak) = (inputs.View, inputs.Leak);
        var (x, rate) = (view.AttentionMemory.Input, Math.Abs(view.Configuration.InnerLearningRate));
        var truth = LinearTruth.Step(view.Linear, valueGradient, x, view);
        var kept = SimulatedKept(view, view.Signal).MapIndexed((t, _, value) => view.TrainMask[t] * value, Zeros.Include);
        var dropped = AttentionCertificate.Dropped(Heads(view, Stored(view, x)), view.Signal, view.MaskVector).PointwiseMultiply(view.MaskVector);
        var weight = leak.Scaling(view.Linear.Weight.FrobeniusNorm(), 2)
            + (rate * (leak.Scaling(kept.TransposeThisAndMultiply(x).FrobeniusNorm(), 3) + dropped.DotProduct(RowNorms.Of(x))));
        var bias = leak.Scaling(RowNorms.Upper(view.Linear.Bias), 2) + (rate * (leak.Scaling(RowNorms.Upper(kept.ColumnSums()), 2) + dropped.Sum()));
        return SimulatedModule.Stacked(truth, view.Configuration.PrefixCount).Zip([weight, bias], (part, bound) => inputs.Check(
            part.Name, part.Name, Covers.MaskAndLeak, part.Values[0], Vector<double>.Build.Dense(part.Values[0].RowCount, bound)));
    }

    /// <summary>Σ_j a_ji g_j over j with i ≥ j or m_j = 1, without gates.</summary>
    private static Matrix<double> SimulatedKept(ModuleView view, Matrix<double> g) =>
        Reference.Simulation.SimulatedAttention.Backward(view.Configuration, g, view.AttentionMemory, view.TrainMask, view.IclMask) / view.Rho;

    /// <summary>The exact forward pass whose queries and keys are those in memory.</summary>
    private static ExactAttentionForward Stored(ModuleView view, Matrix<double> x) => ExactAttention.Forward(
        view.AttentionMemory.Query,
        view.AttentionMemory.Key,
        ExactLinear.Forward(view.Linear, x),
        view.Configuration.Auxiliary.HeadCount,
        view.IclMask);

    private static AttentionHead[] Heads(ModuleView view, ExactAttentionForward forward)
    {
        var (heads, size) = (view.Configuration.Auxiliary.HeadCount, view.Configuration.Auxiliary.HeadSize);
        return
        [
            .. Enumerable.Range(0, heads).Select(h => new AttentionHead(
                ExactAttention.Weights(forward, h, heads, view.IclMask),
                Part(forward.Query, h),
                Part(forward.Key, h),
                Part(forward.Value, h),
                1 / Math.Sqrt(size))),
        ];

        Matrix<double> Part(Matrix<double> matrix, int h) => matrix.SubMatrix(0, matrix.RowCount, h * size, size);
    }

    /// <summary>What rounding can do to dQ W_Q + dK W_K, worst case.</summary>
    private static Matrix<double> ScorePathRounding(
        ModuleView view, ExactAttentionForward forward, Matrix<double> g, Matrix<double> query, Matrix<double> key)
    {
        var rounding = new WorstCaseRounding(RoundingModel.DoubleRoundoff);
        var arithmetic = Arithmetic.Tracking(rounding);
        var operations = new TrackedOperations(arithmetic, rounding);
        var size = view.Configuration.Auxiliary.HeadSize;
        var total = Matrix<double>.Build.Dense(g.RowCount, g.ColumnCount);
        for (var h = 0; h < view.Configuration.Auxiliary.HeadCount; h++)
        {
            var head = new TrackedHead(
                arithmetic, Part(forward.Query, h), Part(forward.Key, h), Part(forward.Value, h), 1 / Math.Sqrt(size), bias: null, isCausal: true, view.IclMask);
            var (q, k, _, _) = head.Backward(arithmetic, operations, Part(g, h));
            var sum = arithmetic.Add(arithmetic.Multiply(q, Rows(query, h)), arithmetic.Multiply(k, Rows(key, h)))!;
            total += sum.Error! + (view.Configuration.Auxiliary.HeadCount * RoundingModel.DoubleRoundoff * sum.Value.PointwiseAbs());
        }

        return total;

        Tracked Part(Matrix<double> matrix, int h) => new(matrix.SubMatrix(0, matrix.RowCount, h * size, size));

        Tracked Rows(Matrix<double> matrix, int h) => new(matrix.SubMatrix(h * size, size, 0, matrix.ColumnCount));
    }
}
