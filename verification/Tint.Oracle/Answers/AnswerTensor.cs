namespace Tint.Oracle.Answers;

/// <summary>One tensor of a candidate's answers, row-major whatever its file's order was.</summary>
/// <param name="Name">The name that it was given.</param>
/// <param name="Shape">The sizes of the axes, outermost first.</param>
/// <param name="Values">The entries, row-major.</param>
/// <param name="Type">The type of the numbers in the file, as in "float32".</param>
internal sealed record AnswerTensor(string Name, IReadOnlyList<int> Shape, double[] Values, string Type)
{
    /// <summary>The shape as in "[2 × 12 × 24]".</summary>
    public string ShapeText => TextOf(Shape);

    /// <summary>A shape as in "[2 × 12 × 24]".</summary>
    public static string TextOf(IReadOnlyList<int> shape) => $"[{string.Join(" × ", shape)}]";
}
