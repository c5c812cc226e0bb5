using System.Text.Json.Nodes;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Cases;

/// <summary>A case before anything was computed: what it is about and its inputs.</summary>
/// <param name="Id">The id.</param>
/// <param name="Module">The module, or TinT.</param>
/// <param name="Configuration">The TinT.</param>
/// <param name="Options">The module's own settings.</param>
/// <param name="Inputs">Tensors <c>input.*</c> and <c>natural.*</c>.</param>
/// <param name="DataType">float64 or float32.</param>
/// <param name="Notes">What it is for.</param>
internal sealed record CaseDraft(
    string Id,
    string Module,
    TintConfiguration Configuration,
    JsonObject Options,
    IReadOnlyList<SafetensorsTensor> Inputs,
    string DataType,
    string Notes)
{
    /// <summary>The <c>config.json</c> of the auxiliary model, as JSON; null where the TinT's configuration says all of it.</summary>
    public string? ModelConfig { get; init; }
}
