using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Verification.Past;

/// <summary>A transformer whose weights are set by hand so that it learns a linear function in its forward pass.</summary>
internal abstract class PastConstruction
{
    /// <summary>In whose manner.</summary>
    public abstract string Name { get; }

    /// <summary>The rows of a column, the width of the hidden states.</summary>
    public abstract int Width { get; }

    /// <summary>The columns, the length of the sequence.</summary>
    public abstract int Positions { get; }

    /// <summary>Heads of the layer that has most.</summary>
    public int Heads => Layers.Max(static layer => layer.Weights.HeadCount);

    /// <summary>Attention layers that one step runs through.</summary>
    public abstract int LayersOfStep { get; }

    /// <summary>All layers with weights of their own: those of a loop count once.</summary>
    public abstract IReadOnlyList<PastLayer> Layers { get; }

    /// <summary>Query, key, value and output matrices of each, [width × width], as the public codes hold them.</summary>
    public long Parameters => 4L * Width * Width * Layers.Count;

    /// <summary>The prediction at the query after the steps that the transformer takes, [1 × 1].</summary>
    public abstract Tracked Run(Arithmetic arithmetic);

    /// <summary>What plain gradient descent predicts there.</summary>
    public abstract double Expected { get; }

    /// <summary>A row of one column.</summary>
    private protected static Tracked Entry(Slots states, int column, int row)
    {
        var slot = states[0]!;
        Matrix<double> Only(Matrix<double> matrix) => matrix.SubMatrix(column, 1, row, 1);
        return new(Only(slot.Value), slot.Error is null ? null : Only(slot.Error));
    }
}
