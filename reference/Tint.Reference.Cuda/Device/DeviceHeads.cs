using ILGPU;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary>The softmax attention of auxiliary heads of any form on a device, all heads at once; on the host this is <see cref="HeadAttention"/>.</summary>
/// <remarks>
/// A head's columns of [T × D_aux] are a contiguous block [T × d], so that products of all heads are one call; what several query heads share is copied for
/// each. Weights lie as [T × S·H], entry (j, h·S + i) = a_{j,i} of head h, query j: neighbouring threads take neighbouring queries.
/// </remarks>
internal sealed class DeviceHeads(DeviceAlgebra algebra, AuxiliaryConfiguration auxiliary, AttentionForm form, bool isCrossing = false)
{
    private readonly int _group = auxiliary.HeadCount / form.KeyValueHeads(auxiliary);

    private bool IsCausal => form.IsCausal && !isCrossing;

    /// <summary>Row j: Σ_i a_{j,i} v_i, [T × D_aux].</summary>
    public DeviceMatrix Attend(DeviceMatrix query, DeviceMatrix key, DeviceMatrix value, DeviceMatrix? iclMask, ArrayView<int> trained)
    {
        using var weights = Weights(query, key, iclMask, trained, keepsTrainedOnly: false);
        using var repeated = Repeated(value);
        return algebra.Product(new DeviceOperand(weights, false), new DeviceOperand(repeated ?? value, false), auxiliary.HeadCount);
    }

    /// <summary>Row i: Σ_j a_{j,i} g_j over the queries j that send gradients back, added up over the heads that share a value, [S × heads·d].</summary>
    public DeviceMatrix Disperse(DeviceMatrix query, DeviceMatrix key, DeviceMatrix gradient, DeviceMatrix? iclMask, ArrayView<int> trained)
    {
        using var weights = Weights(query, key, iclMask, trained, keepsTrainedOnly: IsCausal);
        return SumOfGroups(algebra.Product(new DeviceOperand(weights, true), new DeviceOperand(gradient, false), auxiliary.HeadCount), key);
    }

    /// <summary>What query heads send to the keys or values that they share, as wide as these; the addends are its own.</summary>
    private DeviceMatrix SumOfGroups(DeviceMatrix addends, DeviceMatrix key)
    {
        if (_group == 1)
        {
            return addends;
        }

        using (addends)
        {
            var sums = algebra.Arena.Rent(key.Rows, key.Columns);
            algebra.Run(sums.Length, new SumHeads(addends.View, key.Rows, auxiliary.HeadSize, _group, sums.View));
            return sums;
        }
    }

    /// <summary>∂q = Nc·D k, [T × D_aux], and ∂k = Nc·Dᵀ q, [S × heads·d], D the stencil's difference of softmax(s + ⟨g, v⟩/N).</summary>
    public (DeviceMatrix Query, DeviceMatrix Key) Differentiate(
        DeviceMatrix query,
        DeviceMatrix key,
        DeviceMatrix value,
        DeviceMatrix gradient,
        DeviceMatrix? iclMask,
        ArrayView<int> trained,
        double scale,
        Stencil stencil)
    {
        var factor = form.Scale(auxiliary) * scale;
        using DeviceMatrix? turnedQuery = Turned(query), turnedKey = Turned(key);
        using DeviceMatrix? repeatedKey = Repeated(turnedKey ?? key), repeatedValue = Repeated(value);
        var (asking, answering) = (turnedQuery ?? query, repeatedKey ?? turnedKey ?? key);
        using var scores = Products(asking, answering);
        using var products = Products(gradient, repeatedValue ?? value);
        using DeviceMatrix difference = Shifted(1), behind = Shifted(stencil.Behind);
        algebra.Run(difference.Length, new SubtractAndScale(difference.View, behind.View, factor * stencil.Weight));
        using var atQueries = algebra.Product(new DeviceOperand(difference, false), new DeviceOperand(answering, false), auxiliary.HeadCount);
        using var atKeys = SumOfGroups(algebra.Product(new DeviceOperand(difference, true), new DeviceOperand(asking, false), auxiliary.HeadCount), key);
        return (TurnedBack(atQueries), TurnedBack(atKeys));

        // Scores are scaled by c when they are normalised.
        DeviceMatrix Shifted(double shift)
        {
            var shifted = algebra.Scaled(products, shift / factor);
            algebra.AddTo(shifted, scores);
            return Normalised(shifted, query.Rows, key.Rows, iclMask, trained, keepsTrainedOnly: false);
        }
    }

    /// <summary>The softmax of the scores over the keys that a query may see, all heads, [T × S·H].</summary>
    private DeviceMatrix Weights(DeviceMatrix query, DeviceMatrix key, DeviceMatrix? iclMask, ArrayView<int> trained, bool keepsTrainedOnly) =>
        Normalised(Scores(query, key), query.Rows, key.Rows, iclMask, trained, keepsTrainedOnly);

    /// <summary>The softmax of scores that lack the scale and what positions add, in place.</summary>
    private DeviceMatrix Normalised(DeviceMatrix weights, int queries, int keys, DeviceMatrix? iclMask, ArrayView<int> trained, bool keepsTrainedOnly)
    {
        var (heads, scale) = (auxiliary.HeadCount, form.Scale(auxiliary));
        if (Bias(queries, keys) is { } bias)
        {
            using var added = algebra.Arena.Upload(bias);
            algebra.Run(weights.Length, new BiasScores(weights.View, scale, added.View));
            scale = 1;
        }

        var layout = new ScoreLayout(
            queries, keys, DeviceAlgebra.PartWidth(keys), (iclMask ?? weights).View, iclMask is null ? 0 : 1, IsCausal ? 1 : 0);
        using var parts = algebra.Arena.Rent(queries, layout.Parts * heads);
        algebra.Run(parts.Length, new LargestScoreParts(layout, weights.View, scale, parts.View));
        using var largest = algebra.Largest(parts, heads);
        algebra.Run(parts.Length, new ExponentiateScores(layout, weights.View, scale, largest.View, parts.View));
        using var sums = algebra.Combined(parts, groups: heads);
        algebra.Run(weights.Length, new DivideScores(weights.View, sums.View, queries, keys, trained, keepsTrainedOnly ? 1 : 0));
        return weights;
    }

    /// <summary>⟨q_j, k_i⟩ of queries and keys as they are turned, all heads, [T × S·H].</summary>
    private DeviceMatrix Scores(DeviceMatrix query, DeviceMatrix key)
    {
        using DeviceMatrix? turnedQuery = Turned(query), turnedKey = Turned(key);
        using var repeated = Repeated(turnedKey ?? key);
        return Products(turnedQuery ?? query, repeated ?? turnedKey ?? key);
    }

    private DeviceMatrix Products(DeviceMatrix asking, DeviceMatrix answering) =>
        algebra.Product(new DeviceOperand(asking, false), new DeviceOperand(answering, true), auxiliary.HeadCount);

    /// <summary>m_h·i and the relative bias of every head side by side, [T × S·H]; null for none.</summary>
    private Matrix<double>? Bias(int queries, int keys)
    {
        if (form.Slopes is null && form.Relative is null)
        {
            return null;
        }

        Matrix<double> Of(int head)
        {
            var bias = form.Relative?.Of(head, queries, keys) ?? Matrix<double>.Build.Dense(queries, keys);
            return form.Slopes is { } slopes ? bias + LinearBias.Of(slopes[head], queries, keys) : bias;
        }

        return Enumerable.Range(0, auxiliary.HeadCount).Select(Of).Aggregate((left, right) => left.Append(right));
    }

    /// <summary>A gradient at turned queries or keys as one at those that are not; a copy.</summary>
    private DeviceMatrix TurnedBack(DeviceMatrix rows) => Turned(rows, -1) ?? algebra.Scaled(rows, 1);

    private DeviceMatrix? Turned(DeviceMatrix rows, int sign = 1)
    {
        if (form.Rotation is not { Dimensions: > 0 } rotation)
        {
            return null;
        }

        Matrix<double> Table(Func<double, double> entry) => Matrix<double>.Build.Dense(
            rows.Rows, rotation.Dimensions / 2, (t, pair) => entry(t * rotation.Frequency(pair)));
        using var cosines = algebra.Arena.Upload(Table(angle => rotation.Angle(angle).Cos));
        using var sines = algebra.Arena.Upload(Table(angle => sign * rotation.Angle(angle).Sin));
        var turned = algebra.Like(rows);
        algebra.Run(turned.Length, new TurnHeads(
            rows.View, cosines.View, sines.View, rows.Rows, auxiliary.HeadSize, rotation.Dimensions, rotation.IsInterleaved ? 1 : 0, turned.View));
        return turned;
    }

    private DeviceMatrix? Repeated(DeviceMatrix rows)
    {
        if (_group == 1)
        {
            return null;
        }

        var repeated = algebra.Arena.Rent(rows.Rows, auxiliary.HiddenSize);
        algebra.Run(repeated.Length, new RepeatHeads(rows.View, rows.Rows, auxiliary.HeadSize, _group, repeated.View));
        return repeated;
    }
}
