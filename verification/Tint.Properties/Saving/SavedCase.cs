using System.Text.Json.Nodes;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Configuration;

namespace Tint.Properties.Saving;

/// <summary>One case in the fixtures' format, not yet written.</summary>
/// <param name="Module">The module, or TinT.</param>
/// <param name="Configuration">The configuration, in the form that fixtures can say.</param>
/// <param name="Options">The module's own settings.</param>
/// <param name="Tensors">Tensors named <c>input.*</c> and <c>expected.*</c>.</param>
internal sealed record SavedCase(
    string Module, TintConfiguration Configuration, JsonObject Options, IReadOnlyList<SafetensorsTensor> Tensors);
