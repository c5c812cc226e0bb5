using System.Text.Json.Nodes;

namespace Tint.Oracle.Serving;

/// <summary>The answer to a request.</summary>
/// <param name="Header">The fields of the header, without id and length.</param>
/// <param name="Body">A safetensors file's bytes; empty where there are no tensors.</param>
internal sealed record ServeAnswer(JsonObject Header, byte[] Body)
{
    /// <summary>A refusal.</summary>
    public static ServeAnswer Refusal(string message) => new(new JsonObject { ["ok"] = false, ["error"] = message }, []);
}
