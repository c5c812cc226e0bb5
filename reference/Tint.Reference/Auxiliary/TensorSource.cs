using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>Reads parameters of a given shape from named tensors and says in one line what is missing or misshapen.</summary>
internal sealed class TensorSource(IReadOnlyDictionary<string, Tensor> tensors)
{
    /// <summary>A matrix [rows × columns] as the file holds it.</summary>
    public Matrix<double> Matrix(string name, int rows, int columns)
    {
        var tensor = Find(name);
        if (!tensor.Shape.SequenceEqual([rows, columns]))
        {
            throw new RuleViolationException($"tensor {name} must be [{rows} × {columns}]", tensor.ToString(), "check the configuration");
        }

        return tensor.ToMatrix();
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
        var tensor = Find(name);
        if (!tensor.Shape.SequenceEqual([length]))
        {
            throw new RuleViolationException($"tensor {name} must be [{length}]", tensor.ToString(), "check the configuration");
        }

        var vector = tensor.ToVector();
        Require.Finite(vector, name);
        return vector;
    }

    private Tensor Find(string name) =>
        tensors.TryGetValue(name, out var tensor)
            ? tensor
            : throw new RuleViolationException(
                $"tensor {name} is needed", $"{tensors.Count} tensors without it", "export the model with Hugging Face names");
}
