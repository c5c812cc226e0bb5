using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

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

    /// <summary>Whether somebody has promised that this array stays as it is.</summary>
    public static bool Contains(Array entries) => Marked.TryGetValue(entries, out _);
}
