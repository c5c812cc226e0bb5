using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Explaining.Layers;

/// <summary>What a layer made of its inputs, and what is to be shown of how.</summary>
/// <param name="Output">The states, [K + T × D_sim].</param>
internal sealed record LayerRun(Matrix<double> Output)
{
    /// <summary>Of a mixing or a map inside heads: the map.</summary>
    public CoordinateMap? Map { get; init; }

    /// <summary>Of an attention layer: what its heads did.</summary>
    public AttentionRun? Attention { get; init; }

    /// <summary>Of a gate: what prefixes keep and take, and tokens.</summary>
    public (double OldPrefix, double NewPrefix, double OldToken, double NewToken)? Gate { get; init; }
}
