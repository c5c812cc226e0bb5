using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tint.Fixtures.Safetensors;

namespace Tint.Fixtures.Tests.Helpers;

/// <summary>A directory with a valid manifest of one case, to be broken one way at a time.</summary>
internal sealed class SmallSet : IDisposable
{
    public const string CaseId = "LinearForward.small";
    public const string CaseFile = "small.safetensors";

    private readonly TemporaryDirectory _directory = new();

    public SmallSet()
    {
        WriteCase();
        Save();
    }

    public string Path => _directory.Path;

    public JsonObject Manifest { get; } = JsonNode.Parse("""
        {
          "format": 1,
          "source": "a test",
          "cases": [
            {
              "id": "LinearForward.small",
              "module": "LinearForward",
              "file": "small.safetensors",
              "dtype": "float64",
              "config": {
                "aux_hidden_size": 3, "aux_num_heads": 1, "aux_num_layers": 1, "aux_vocab_size": 2, "aux_max_positions": 4,
                "activation": "relu", "layer_norm_epsilon": 1e-05, "hidden_size": 12, "num_heads": 4, "num_prefixes": 1,
                "inner_lr": 0.001, "gate_scale": 10.0, "finite_difference_scale": 1000.0, "restrict_prefixes": true,
                "backprop_through_attention": true, "num_sgd_steps": 1, "num_trained_layers": 1, "loss": "cross_entropy",
                "layer_norm_bias_only": true
              },
              "options": { "din": 3, "dout": 3, "memory_index": 9 },
              "inputs": ["x", "ids"],
              "expected": ["y"],
              "constructed": ["w"],
              "notes": "",
              "sha256": ""
            }
          ]
        }
        """)!.AsObject();

    public JsonObject Case => Manifest["cases"]![0]!.AsObject();

    public Dictionary<string, string> Metadata => new()
    {
        ["module"] = Case["module"]!.GetValue<string>(),
        ["config"] = Case["config"]!.ToJsonString(),
        ["options"] = Case["options"]!.ToJsonString(),
    };

    public static IReadOnlyList<SafetensorsTensor> Tensors =>
    [
        new("input.x", SafetensorsDataType.F64, [2, 1], [1.5, -2.0]),
        new("input.ids", SafetensorsDataType.I64, [2], [7L, 8L]),
        new("expected.y", SafetensorsDataType.F64, [], [0.25]),
        new("constructed.w", SafetensorsDataType.F64, [1], [4.0]),
    ];

    public string File(string name) => _directory.File(name);

    /// <summary>Writes the case's file and lists its hash.</summary>
    public void WriteCase(
        IReadOnlyList<SafetensorsTensor>? tensors = null, IReadOnlyDictionary<string, string>? metadata = null, string file = CaseFile)
    {
        SafetensorsWriter.Write(File(file), tensors ?? Tensors, metadata ?? Metadata);
        Case["sha256"] = Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(File(file))));
    }

    public void Save() => System.IO.File.WriteAllText(File(FixtureManifest.FileName), Manifest.ToJsonString());

    public FixtureManifest Load()
    {
        Save();
        return FixtureManifest.Load(Path);
    }

    public void Dispose() => _directory.Dispose();
}
