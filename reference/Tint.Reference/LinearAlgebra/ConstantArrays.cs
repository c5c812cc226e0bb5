using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// The arrays of which their owner has said that nobody writes them any more, so that a provider with memory of its own may keep a copy there.
/// Other providers do not ask. An array that is no longer used is forgotten.
/// </summary>
public static class ConstantArrays
{
    private static readonly ConditionalWeakTable<Array, object> Marked = [];
    private static readonly object Promise = new();

    /// <summary>Promises that the entries of a matrix stay as they are. Of a matrix that is not dense nothing is noted.</summary>
    public static void Mark(Matrix<double> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.AsColumnMajorArray() is { } entries)
        {
            Mark(entries);
        }
    }

    /// <summary>Promises that an array stays as it is.</summary>
    public static void Mark(Array entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Marked.TryAdd(entries, Promise);
    }

    /// <summary>
    /// Promises that the matrices which products read of an auxiliary model stay as they are: the embeddings and all linear weights. Layers that
    /// are streamed are other arrays each time that they come in, and nothing is noted of them.
    /// </summary>
    public static void Mark(AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Mark(weights.TokenEmbedding);
        if (weights.Layers is StreamedLayers)
        {
            return;
        }

        foreach (var layer in weights.Layers)
        {
            foreach (var linear in layer.Parameters.Items.Select(static item => item.Value).OfType<LinearParameters>())
            {
                Mark(linear.Weight);
            }
        }
    }

    /// <summary>Whether somebody has promised that this array stays as it is.</summary>
    public static bool Contains(Array entries) => Marked.TryGetValue(entries, out _);
}
