using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Stacking;

/// <summary>
/// The prefixes that one auxiliary block is loaded from, by place and chunk, in the order in which its modules need them (<see cref="BlockPlan.Loads"/>):
/// for GPT-2 attention norm, query, key, value, attention output, MLP norm, and for each of the C chunks of the MLP inner layer, activation (empty: it
/// has no weights, yet its module runs over prefixes as well) and outer layer.
/// </summary>
/// <remarks>Source: C23.</remarks>
/// <param name="Loads">The loads.</param>
public sealed record BlockPrefixes(Placed<Slots> Loads)
{
    /// <summary>The load of a place and chunk.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public Slots this[Place place, int chunk = 0] => Loads[place, chunk];

    /// <summary>Loads in the order of a block's plan.</summary>
    /// <exception cref="RuleViolationException">There are more or fewer than the plan has.</exception>
    public static BlockPrefixes From(BlockPlan plan, IReadOnlyList<Slots> loads)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(loads);
        (Place Place, int Chunk)[] places = [.. plan.Loads];
        return places.Length == loads.Count
            ? new(new Placed<Slots>(places.Zip(loads, static (place, load) => (place.Place, place.Chunk, load))))
            : throw new RuleViolationException("a block must have a load for every place", $"{loads.Count} for {places.Length}", "pass one a place");
    }

    /// <summary>All loads in order: 6 + 3C of them in GPT-2.</summary>
    public IEnumerable<Slots> InOrder() => Loads.Items.Select(static load => load.Value);

    /// <summary>Stacks one auxiliary block.</summary>
    /// <remarks>
    /// Chunk c takes rows cD … (c+1)D of the inner layer, the same columns of the outer layer, and bias/C of the outer layer: the chunks'
    /// outputs are summed, and so are their shares of the bias.
    /// </remarks>
    public static BlockPrefixes Stack(TintConfiguration configuration, AuxiliaryLayer layer)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Stack(configuration, BlockPlan.Of(configuration.Auxiliary), layer);
    }

    /// <summary>Stacks a block of any plan. Zeros fill up a layer that is narrower than the residual stream, as keys that heads share are.</summary>
    /// <exception cref="RuleViolationException">A layer is wider, or a leaf's prefixes are not known.</exception>
    public static BlockPrefixes Stack(TintConfiguration configuration, BlockPlan plan, AuxiliaryLayer layer)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(layer);
        return new(new Placed<Slots>(plan.Steps.SelectMany(step => step.Leaf.Parameters.Count == 0
            ? [(step.Leaf.Place, step.Chunk, Slots.Zero(configuration.PrefixCount, configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix + 1))]
            : step.Leaf.Parameters.Select(leaf => (leaf.Place, step.Chunk, Stack(configuration, leaf, step.Chunk, layer.Parameters[leaf.Place]))))));
    }

    /// <summary>Reads the block back; the bias of a layer whose inputs are cut is the sum of the chunks' shares.</summary>
    public AuxiliaryLayer Unstack(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Unstack(configuration, BlockPlan.Of(configuration.Auxiliary));
    }

    /// <summary>Reads a block of any plan back.</summary>
    public AuxiliaryLayer Unstack(TintConfiguration configuration, BlockPlan plan)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return AuxiliaryLayer.Of(plan, leaf => leaf switch
        {
            Norm or RmsNorm => PrefixStack.UnstackNorm(configuration, Loads[leaf.Place]),
            Linear linear => InnerChunks.Joined(
                linear, [.. Loads.At(leaf.Place).Select(load => Narrowed(linear, PrefixStack.Unstack(configuration, load)))]),
            _ => throw leaf.Unread("the construction"),
        });
    }

    private static Slots Stack(TintConfiguration configuration, ParameterLeaf leaf, int chunk, ParameterGroup parameters) => (leaf, parameters) switch
    {
        (Norm or RmsNorm, LayerNormParameters norm) => PrefixStack.Stack(configuration, norm),
        (Linear cut, LinearParameters linear) => PrefixStack.Stack(configuration, Part(cut, linear, chunk, configuration.Auxiliary.HiddenSize)),
        _ => throw leaf.Unread("the construction"),
    };

    /// <summary>What the prefixes hold of a linear layer in one chunk, [D_aux × D_aux]: rows and columns of zeros fill up a narrower layer.</summary>
    /// <param name="leaf">The layer's leaf.</param>
    /// <param name="linear">The layer.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="width">D_aux.</param>
    public static LinearParameters Part(Linear leaf, LinearParameters linear, int chunk, int width) => Widened(InnerChunks.Part(leaf, linear, chunk), width);

    private static LinearParameters Widened(LinearParameters linear, int width)
    {
        var (rows, columns) = (linear.Weight.RowCount, linear.Weight.ColumnCount);
        if (rows >= width && columns >= width)
        {
            return linear;
        }

        var weight = Matrix<double>.Build.Dense(Math.Max(rows, width), Math.Max(columns, width));
        weight.SetSubMatrix(0, 0, linear.Weight);
        return new(weight, Vector<double>.Build.DenseOfEnumerable(linear.Bias.Concat(new double[weight.RowCount - rows])));
    }

    private static LinearParameters Narrowed(Linear leaf, LinearParameters layer)
    {
        if (leaf.OutputParts > 1 || leaf.InputParts > 1)
        {
            return layer;
        }

        var (rows, columns) = (Math.Min(layer.Weight.RowCount, leaf.Outputs), Math.Min(layer.Weight.ColumnCount, leaf.Inputs));
        return (rows, columns) == (layer.Weight.RowCount, layer.Weight.ColumnCount)
            ? layer
            : new(layer.Weight.SubMatrix(0, rows, 0, columns), layer.Bias.SubVector(0, rows));
    }
}
