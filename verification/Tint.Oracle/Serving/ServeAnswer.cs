using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tint.Oracle.Serving;

/// <summary>The answer to a request.</summary>
/// <param name="Header">The fields of the header, without id and length.</param>
/// <param name="Body">A safetensors file's bytes; empty where there are no tensors.</param>
internal sealed record ServeAnswer(JsonObject Header, byte[] Body)
{
    private static readonly JsonSerializerOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole message: the header line and the body behind it.</summary>
    /// <param name="id">The request's id, which the header repeats; null for none.</param>
    public byte[] Message(JsonNode? id)
    {
        var header = new JsonObject { ["id"] = id, ["bytes"] = Body.Length };
        foreach (var (name, value) in Header)
        {
            header[name] = value?.DeepClone();
        }

        return [.. Encoding.UTF8.GetBytes(header.ToJsonString(Layout) + "\n"), .. Body];
    }

    /// <summary>A refusal.</summary>
    public static ServeAnswer Refusal(string message) => new(new JsonObject { ["ok"] = false, ["error"] = message }, []);
}
