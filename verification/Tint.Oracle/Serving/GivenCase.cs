using System.Text.Json.Nodes;
using Tint.Fixtures.Safetensors;
using Tint.Oracle.Answers;

namespace Tint.Oracle.Serving;

/// <summary>A case that a request brings: its manifest entry without expectations, its inputs, and answers to be judged.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Inputs">The tensors <c>input.*</c>.</param>
/// <param name="Answers">The tensors <c>answer.*</c>, without that prefix.</param>
internal sealed record GivenCase(JsonObject Entry, IReadOnlyList<SafetensorsTensor> Inputs, IReadOnlyList<AnswerTensor> Answers)
{
    private const string Input = "input.";
    private const string Answer = "answer.";

    /// <summary>Reads a request.</summary>
    /// <param name="header">Gives module, config and options.</param>
    /// <param name="body">A safetensors file's bytes.</param>
    /// <param name="folder">Where it may be kept.</param>
    /// <exception cref="ServeException">There are no tensors, or one is neither input nor answer.</exception>
    /// <exception cref="Fixtures.FixtureException">The body is no safetensors file.</exception>
    public static GivenCase Read(JsonObject header, byte[] body, string folder)
    {
        if (body.Length == 0)
        {
            throw new ServeException("the request must bring its inputs; got no bytes behind the header; send a safetensors file and its length as 'bytes'");
        }

        var path = Path.Combine(folder, "request.safetensors");
        File.WriteAllBytes(path, body);
        using var file = SafetensorsFile.Open(path);
        var (inputs, answers) = (new List<SafetensorsTensor>(), new List<AnswerTensor>());
        foreach (var item in file.Tensors)
        {
            if (item.Name.StartsWith(Input, StringComparison.Ordinal))
            {
                inputs.Add(Copy(file, item));
            }
            else if (item.Name.StartsWith(Answer, StringComparison.Ordinal))
            {
                answers.Add(new AnswerTensor(
                    item.Name[Answer.Length..], [.. item.Shape.Select(size => checked((int)size))], file.ReadDoubles(item.Name), AnswerFolder.TypeName(item.TypeName)));
            }
            else
            {
                throw new ServeException($"tensors must be named input.* or answer.*; got '{Fixtures.Printable.Name(item.Name)}'");
            }
        }

        return new GivenCase(
            new JsonObject
            {
                ["id"] = "request",
                ["module"] = header["module"]?.DeepClone(),
                ["file"] = "case.safetensors",
                ["dtype"] = inputs.Any(tensor => tensor.DataType == SafetensorsDataType.F32) ? "float32" : "float64",
                ["config"] = header["config"]?.DeepClone(),
                ["hf_config"] = header["hf_config"]?.DeepClone(),
                ["options"] = header["options"]?.DeepClone() ?? new JsonObject(),
                ["constructed"] = new JsonArray(),
                ["notes"] = string.Empty,
            },
            inputs,
            answers);
    }

    /// <summary>A tensor of a file, to be written to another.</summary>
    public static SafetensorsTensor Copy(SafetensorsFile file, SafetensorsEntry item) => item.DataType?.IsInteger() == true
        ? new SafetensorsTensor(item.Name, item.DataType.Value, item.Shape, file.ReadIntegers(item.Name))
        : new SafetensorsTensor(item.Name, item.DataType ?? SafetensorsDataType.F64, item.Shape, file.ReadDoubles(item.Name));
}
