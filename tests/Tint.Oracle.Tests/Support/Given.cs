using Tint.Oracle.Answers;

namespace Tint.Oracle.Tests.Support;

/// <summary>Answers as a candidate would give them.</summary>
internal static class Given
{
    public static AnswerSet Of(string id, params AnswerTensor[] tensors) => new(id, tensors, []);

    public static AnswerTensor Tensor(string name, (int[] Shape, double[] Values) tensor, string type = "float64") => new(
        name, tensor.Shape, type == "float32" ? Array.ConvertAll(tensor.Values, value => (double)(float)value) : [.. tensor.Values], type);
}
