using Tint.Oracle.Answers;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Judging;

/// <summary>Brings an answer into the reference's shape, where that changes no number, or says what is wrong with its form.</summary>
internal static class AnswerForm
{
    /// <summary>
    /// The answer in the reference's shape: the same, or without the axis of a batch of one, or a single number without axes, or the diagonal of a
    /// matrix that is diagonal. Null where it does not fit.
    /// </summary>
    public static Tensor? Fit(ReferenceTensor reference, AnswerTensor answer)
    {
        var shape = reference.Value.Shape;
        if (shape.SequenceEqual(answer.Shape) || (reference.Value.Values.Length == 1 && answer.Values.Length == 1))
        {
            return new Tensor(shape, answer.Values);
        }

        if (shape.Count > 1 && shape[0] == 1 && shape.Skip(1).SequenceEqual(answer.Shape))
        {
            return new Tensor(shape, answer.Values);
        }

        return reference.Before is not null && shape.Count == 3 && shape[1] == shape[2] && answer.Shape.SequenceEqual([shape[0], shape[1]])
            && IsDiagonal(reference.Value)
            ? Diagonal(shape, answer.Values)
            : null;
    }

    /// <summary>What is wrong with an answer that does not fit.</summary>
    public static (AnswerFault Fault, string Words) Fault(ReferenceTensor reference, AnswerTensor answer)
    {
        var shape = reference.Value.Shape;
        var rest = shape.Count > 1 && shape[0] == 1 && answer.Shape.Count == shape.Count - 1 ? [.. shape.Skip(1)] : (IReadOnlyList<int>)shape;
        return rest.Count >= 2 && answer.Shape.Count == rest.Count
            && rest.SkipLast(2).SequenceEqual(answer.Shape.SkipLast(2)) && rest[^1] == answer.Shape[^2] && rest[^2] == answer.Shape[^1]
            ? (AnswerFault.Transposed, $"yours is transposed: {answer.ShapeText} in place of {reference.Value}")
            : (AnswerFault.Misshapen, $"yours is {answer.ShapeText}, the reference's {reference.Value}");
    }

    /// <summary>The numbers that would be meant if two axes were exchanged or the file written column by column; null for tensors of one axis.</summary>
    public static (Tensor Values, AnswerFault How)? Rearranged(ReferenceTensor reference, Tensor values)
    {
        var shape = values.Shape;
        if (shape.Count < 2)
        {
            return null;
        }

        var entries = values.Values.ToArray();
        var transposed = shape[^1] == shape[^2] ? Orders.Transposed(shape, entries) : null;
        return transposed is not null && IsNearer(reference.Value, transposed, entries)
            ? (new Tensor(shape, transposed), AnswerFault.Transposed)
            : (new Tensor(shape, Orders.FromColumnMajor(shape, entries)), AnswerFault.FortranOrdered);
    }

    /// <summary>What a rearrangement means.</summary>
    public static string Words(AnswerFault how, AnswerTensor answer) => how == AnswerFault.Transposed
        ? "the numbers are the transpose of the reference's"
        : $"the numbers are the reference's in Fortran order (column by column) under a header that says {answer.ShapeText} in C order";

    /// <summary>The index along each axis of an entry.</summary>
    public static int[] Unravel(int flat, IReadOnlyList<int> shape)
    {
        var index = new int[shape.Count];
        for (var axis = shape.Count - 1; axis >= 0; axis--)
        {
            (flat, index[axis]) = Math.DivRem(flat, shape[axis]);
        }

        return index;
    }

    private static bool IsNearer(Tensor reference, double[] one, double[] other)
    {
        double ofOne = 0, ofOther = 0;
        for (var i = 0; i < one.Length; i++)
        {
            ofOne = Math.Max(ofOne, Math.Abs(one[i] - reference.Values[i]));
            ofOther = Math.Max(ofOther, Math.Abs(other[i] - reference.Values[i]));
        }

        return ofOne < ofOther;
    }

    private static bool IsDiagonal(Tensor tensor)
    {
        var width = tensor.Shape[^1];
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            if (tensor.Values[i] != 0 && i / width % width != i % width)
            {
                return false;
            }
        }

        return true;
    }

    private static Tensor Diagonal(IReadOnlyList<int> shape, double[] values)
    {
        var width = shape[^1];
        var full = new double[shape[0] * width * width];
        for (var i = 0; i < values.Length; i++)
        {
            full[(i / width * width * width) + (i % width * (width + 1))] = values[i];
        }

        return new Tensor(shape, full);
    }
}
