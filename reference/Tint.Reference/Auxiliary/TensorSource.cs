using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>
/// Reads parameters of a given shape from named tensors and says in one line what is misshapen. A checkpoint of the model without its head
/// leaves out the first part of each name (h.0.… for transformer.h.0.…), which is found as well.
/// </summary>
/// <param name="tensors">The tensors.</param>
/// <param name="used">
/// If given, nothing is read: shapes are checked, the names of the tensors that would be read are noted here, those of tensors that are not
/// there in <paramref name="missing"/>, and every parameter comes as sparse zeros.
/// </param>
/// <param name="missing">Goes with <paramref name="used"/>.</param>
internal sealed class TensorSource(ITensorFile tensors, ISet<string>? used = null, IList<string>? missing = null)
{
    /// <summary>The name of the output head in files of either family.</summary>
    public const string Head = "lm_head.weight";

    /// <summary>A matrix [rows × columns] as the file holds it.</summary>
    public Matrix<double> Matrix(string name, int rows, int columns) =>
        Has(name, $"[{rows} × {columns}]", rows, columns) is { } found
            ? tensors.Read(found).ToMatrix()
            : Matrix<double>.Build.Sparse(rows, columns);

    /// <summary>The token embedding; the head is tied to it, and where files leave out one of the two it may be the embedding.</summary>
    public Matrix<double> Embedding(string name, int rows, int columns) =>
        Matrix(Find(name) is null && Find(Head) is not null ? Head : name, rows, columns);

    /// <summary>A layer whose weight is stored [out × in].</summary>
    public LinearParameters Linear(string name, int outputs, int inputs) =>
        new(Matrix($"{name}.weight", outputs, inputs), Vector($"{name}.bias", outputs));

    /// <summary>A layer whose weight is stored [in × out].</summary>
    public LinearParameters Transposed(string name, int inputs, int outputs) =>
        new(Matrix($"{name}.weight", inputs, outputs).Transpose(), Vector($"{name}.bias", outputs));

    /// <summary>A normalisation layer.</summary>
    public LayerNormParameters Norm(string name, int width) => new(Vector($"{name}.weight", width), Vector($"{name}.bias", width));

    /// <summary>A name without its first part.</summary>
    public static string Shorter(string name) => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>Requires that a tensor can be a parameter.</summary>
    /// <exception cref="RuleViolationException">Its entries are integers, which a quantised checkpoint scales by numbers of its own.</exception>
    public static void RequireNumbers(ITensorFile tensors, string name)
    {
        if (tensors.HoldsIntegers(name))
        {
            throw new RuleViolationException(
                $"tensor {OneLine.Name(name)} must hold floating-point numbers, as every parameter does", "integers", "use a checkpoint that is not quantised");
        }
    }

    /// <summary>The name under which a tensor is there; null where it is not.</summary>
    private string? Find(string name)
    {
        return tensors.ShapeOf(name) is not null ? name
            : name != Head && tensors.ShapeOf(Shorter(name)) is not null ? Shorter(name)
            : null;
    }

    private Vector<double> Vector(string name, int length)
    {
        if (Has(name, $"[{length}]", length) is not { } found)
        {
            return Vector<double>.Build.Sparse(length);
        }

        var vector = tensors.Read(found).ToVector();
        Require.Finite(vector, found);
        return vector;
    }

    /// <summary>Requires a tensor of a shape; the name under which to read it, null if it is not to be read.</summary>
    private string? Has(string name, string wanted, params long[] sizes)
    {
        if (Find(name) is not { } found)
        {
            if (missing is null)
            {
                throw new RuleViolationException($"tensor {name} is needed", $"{tensors.Names.Count} tensors without it", "keep the tensors as they were");
            }

            missing.Add(name);
            return null;
        }

        var shape = tensors.ShapeOf(found)!;
        if (!shape.SequenceEqual(sizes))
        {
            throw new RuleViolationException(
                $"tensor {OneLine.Name(found)} must be {wanted}", $"[{string.Join(" × ", shape)}]", "check the configuration");
        }

        RequireNumbers(tensors, found);
        return used?.Add(found) is null ? found : null;
    }
}
