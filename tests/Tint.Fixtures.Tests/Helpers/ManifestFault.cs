using System.Text.Json.Nodes;

namespace Tint.Fixtures.Tests.Helpers;

/// <summary>One way to break a valid manifest; the loader and the schema must both refuse each.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Break">Breaks the manifest, given it and its first case.</param>
/// <param name="Fragment">What the loader's message must say.</param>
internal sealed record ManifestFault(string Name, Action<JsonObject, JsonObject> Break, string Fragment)
{
    public static IReadOnlyList<ManifestFault> All { get; } =
    [
        new("another format", (m, _) => m["format"] = 2, "'format' must be 1"),
        new("no format", (m, _) => m.Remove("format"), "must have 'format'"),
        new("no source", (m, _) => m.Remove("source"), "must have 'source'"),
        new("no cases", (m, _) => m.Remove("cases"), "must have 'cases'"),
        new("zero cases", (m, _) => m["cases"] = new JsonArray(), "'cases' must hold a case"),
        new("cases not a list", (m, _) => m["cases"] = 1, "'cases' must be a list"),
        new("a case not an object", (m, _) => m["cases"]!.AsArray().Add(1), "case 1: must be a JSON object"),
        new("an unknown field", (m, _) => m["more"] = 1, "'more'"),
        new("an unknown field of a case", (_, c) => c["more"] = 1, "'more'"),
        new("a missing sha256", (_, c) => c.Remove("sha256"), "must have 'sha256'"),
        new("a short sha256", (_, c) => c["sha256"] = "abc", "'sha256' must be 64"),
        new("an upper-case sha256", (_, c) => c["sha256"] = new string('A', 64), "'sha256' must be 64"),
        new("no id", (_, c) => c.Remove("id"), "must have 'id'"),
        new("an empty id", (_, c) => c["id"] = string.Empty, "'id' must not be empty"),
        new("an id that is no text", (_, c) => c["id"] = 7, "'id' must be a text"),
        new("an unknown module", (_, c) => c["module"] = "ConvolutionForward", "'ConvolutionForward'"),
        new("an unknown dtype", (_, c) => c["dtype"] = "float16", "'float16'"),
        new("a file in a folder", (_, c) => c["file"] = "cases/small.safetensors", "'file' must be the plain name"),
        new("a file above", (_, c) => c["file"] = "../small.safetensors", "'file' must be the plain name"),
        new("a file above, Windows style", (_, c) => c["file"] = @"..\small.safetensors", "'file' must be the plain name"),
        new("a file at the root", (_, c) => c["file"] = "/small.safetensors", "'file' must be the plain name"),
        new("a file on a drive", (_, c) => c["file"] = "C:small.safetensors", "'file' must be the plain name"),
        new("a hidden file", (_, c) => c["file"] = "..safetensors", "'file' must be the plain name"),
        new("a file of another kind", (_, c) => c["file"] = "small.pt", "'file' must be the plain name"),
        new("a control character in a file name", (_, c) => c["file"] = "a\0.safetensors", "'file' must be the plain name"),
        new("an input twice", (_, c) => c["inputs"]!.AsArray().Add("x"), "'x' twice"),
        new("an input that is no text", (_, c) => c["inputs"]!.AsArray().Add(1), "'inputs' must be a text"),
        new("nothing expected", (_, c) => c["expected"] = new JsonArray(), "'expected' must name a tensor"),
        new("no constructed", (_, c) => c.Remove("constructed"), "must have 'constructed'"),
        new("no notes", (_, c) => c.Remove("notes"), "must have 'notes'"),
        new("no config", (_, c) => c.Remove("config"), "must have 'config'"),
        new("an unknown config key", (_, c) => c["config"]!["dropout"] = 0.1, "config: must not have unknown fields; got 'dropout'"),
        new("a missing config key", (_, c) => c["config"]!.AsObject().Remove("inner_lr"), "config: must have 'inner_lr'"),
        new("a config size of 0", (_, c) => c["config"]!["hidden_size"] = 0, "'hidden_size' must be an integer from 1"),
        new("a fractional config size", (_, c) => c["config"]!["num_heads"] = 1.5, "'num_heads' must be an integer from 1"),
        new("a negative step count", (_, c) => c["config"]!["num_sgd_steps"] = -1, "'num_sgd_steps' must be an integer from 0"),
        new("a config size beyond 32 bits", (_, c) => c["config"]!["aux_vocab_size"] = 1L << 31, "'aux_vocab_size' must be an integer"),
        new("a config number that is a text", (_, c) => c["config"]!["gate_scale"] = "10", "'gate_scale' must be a finite number"),
        new("a config flag that is a number", (_, c) => c["config"]!["restrict_prefixes"] = 1, "'restrict_prefixes' must be true or false"),
        new("an unknown activation", (_, c) => c["config"]!["activation"] = "softsign", "'softsign'"),
        new("an unknown loss", (_, c) => c["config"]!["loss"] = "mse", "'mse'"),
        new("an unknown family", (_, c) => c["config"]!["family"] = "gpt5", "'gpt5'"),
        new("another family's model without its own configuration", (_, c) => c["config"]!["family"] = "llama", "family llama"),
        new("a whole model without a family", (_, c) => c["module"] = "TinT", "must have 'family'"),
        new("no options", (_, c) => c.Remove("options"), "must have 'options'"),
        new("an unknown option", (_, c) => c["options"]!["stride"] = 1, "options: must not have unknown fields; got 'stride'"),
        new("a negative memory index", (_, c) => c["options"]!["memory_index"] = -1, "'memory_index' must be an integer from 0"),
        new("an option flag that is a text", (_, c) => c["options"]!["bias_only"] = "yes", "'bias_only' must be true or false"),
        new("an option that is null", (_, c) => c["options"]!["din"] = null, "'din' must be an integer from 1"),
    ];

    public static TheoryData<string> Names => [.. All.Select(fault => fault.Name)];

    public static ManifestFault Named(string name) => All.Single(fault => fault.Name == name);
}
