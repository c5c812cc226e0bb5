using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Oracle.Tracing;

/// <summary>A module that computes a leaf of a plan: all of it, or a chunk of one that is several times as wide as the model.</summary>
/// <param name="Leaf">What it computes, as wide as the model where it is a chunk.</param>
/// <param name="Layer">The block's weights, with the chunk's in the place of the leaf's.</param>
/// <param name="Chunk">Which chunk; null for all of the leaf.</param>
/// <param name="Width">D, of a chunk.</param>
internal sealed record LeafPiece(Leaf Leaf, AuxiliaryLayer Layer, int? Chunk, int Width)
{
    /// <summary>Whether a chunk reads its part of the leaf's input.</summary>
    public bool CutsInput { get; private init; }

    /// <summary>Whether a chunk makes its part of the leaf's output.</summary>
    public bool CutsOutput { get; private init; }

    /// <summary>The first column of the leaf's input that the piece reads.</summary>
    public int InputAt => CutsInput ? Chunk!.Value * Width : 0;

    /// <summary>The first column of the leaf's output that the piece makes.</summary>
    public int OutputAt => CutsOutput ? Chunk!.Value * Width : 0;

    /// <summary>The modules of a leaf: chunks where its width is a multiple of the model's.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="layer">The block's weights.</param>
    /// <param name="width">D.</param>
    /// <param name="columns">The width of the signal that an activation meets.</param>
    public static IReadOnlyList<LeafPiece> Of(Leaf leaf, AuxiliaryLayer layer, int width, int columns)
    {
        var inner = leaf switch
        {
            Linear { OutputParts: > 1 } linear => linear.Outputs,
            Linear { InputParts: > 1 } linear => linear.Inputs,
            Activation => columns,
            _ => width,
        };
        return inner == width || inner % width != 0
            ? [new LeafPiece(leaf, layer, null, width)]
            : [.. Enumerable.Range(0, inner / width).Select(chunk => Cut(leaf, layer, chunk, width))];
    }

    /// <summary>The chunk's part of a linear layer.</summary>
    public LinearParameters PartOf(Linear whole, LinearParameters layer) => InnerChunks.Part(whole, layer, Chunk ?? 0);

    /// <summary>What the piece reads of the leaf's input.</summary>
    public Matrix<double> Input(Matrix<double> whole) => CutsInput ? Columns(whole) : whole;

    /// <summary>What the piece makes of the leaf's output, or meets of the gradient there.</summary>
    public Matrix<double> Output(Matrix<double> whole) => CutsOutput ? Columns(whole) : whole;

    /// <summary>What the piece finds of the leaf's memory.</summary>
    public LeafMemory Memory(LeafMemory whole) => CutsInput ? new InputMemory(Columns(((InputMemory)whole).Input)) : whole;

    /// <summary>The leaf's memory, of what its pieces have left.</summary>
    public static LeafMemory Joined(IReadOnlyList<LeafPiece> pieces, IReadOnlyList<LeafMemory> memories) => pieces[0].CutsInput
        ? new InputMemory(Beside([.. memories.Select(static memory => ((InputMemory)memory).Input)]))
        : memories[0];

    /// <summary>Matrices side by side.</summary>
    public static Matrix<double> Beside(IReadOnlyList<Matrix<double>> parts) => parts.Skip(1).Aggregate(parts[0], static (all, part) => all.Append(part));

    private static LeafPiece Cut(Leaf leaf, AuxiliaryLayer layer, int chunk, int width) => leaf is not Linear linear
        ? new(leaf, layer, chunk, width) { CutsInput = true, CutsOutput = true }
        : new(
            linear with { Outputs = width, Inputs = width, OutputParts = 1, InputParts = 1 },
            layer.With(leaf.Place, InnerChunks.Part(linear, layer.Linear(leaf.Place), chunk)),
            chunk,
            width)
        {
            CutsInput = linear.InputParts > 1,
            CutsOutput = linear.OutputParts > 1,
        };

    private Matrix<double> Columns(Matrix<double> whole) => whole.SubMatrix(0, whole.RowCount, Chunk!.Value * Width, Width);
}
