using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>Reads parameters of a given shape from named tensors and says in one line what is missing or misshapen.</summary>
/// <param name="tensors">The tensors.</param>
/// <param name="numbers">False checks names and shapes alone: nothing is read, and every parameter comes as sparse zeros.</param>
internal sealed class TensorSource(ITensorFile tensors, bool numbers)
{
    /// <summary>A matrix [rows × columns] as the file holds it.</summary>
    public Matrix<double> Matrix(string name, int rows, int columns)
    {
        RequireShape(name, $"[{rows} × {columns}]", rows, columns);
        return numbers ? tensors.Read(name).ToMatrix() : Matrix<double>.Build.Sparse(rows, columns);
    }

    /// <summary>A layer whose weight is stored [out × in].</summary>
    public LinearParameters Linear(string name, int outputs, int inputs) =>
        new(Matrix($"{name}.weight", outputs, inputs), Vector($"{name}.bias", outputs));

    /// <summary>A layer whose weight is stored [in × out].</summary>
    public LinearParameters Transposed(string name, int inputs, int outputs) =>
        new(Matrix($"{name}.weight", inputs, outputs).Transpose(), Vector($"{name}.bias", outputs));

    /// <summary>A normalisation layer.</summary>
    public LayerNormParameters Norm(string name, int width) => new(Vector($"{name}.weight", width), Vector($"{name}.bias", width));

    private Vector<double> Vector(string name, int length)
    {
        RequireShape(name, $"[{length}]", length);
        if (!numbers)
        {
            return Vector<double>.Build.Sparse(length);
        }

        var vector = tensors.Read(name).ToVector();
        Require.Finite(vector, name);
        return vector;
    }

    private void RequireShape(string name, string wanted, params long[] sizes)
    {
        var shape = tensors.ShapeOf(name) ?? throw new RuleViolationException(
            $"tensor {name} is needed", $"{tensors.Count} tensors without it", "export the model with Hugging Face names");
        if (!shape.SequenceEqual(sizes))
        {
            throw new RuleViolationException($"tensor {name} must be {wanted}", $"[{string.Join(" × ", shape)}]", "check the configuration");
        }
    }
}
