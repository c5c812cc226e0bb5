using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures.Safetensors;
using Tint.Properties.Implementations;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Cases;

/// <summary>Makes a module case of what goes into the module: hidden states with the layer in prefixes and memory in slots, and the same in natural shapes.</summary>
internal static class ModuleDraft
{
    /// <summary>The case.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="sequences">What goes in, a sequence each, all alike in what they have.</param>
    /// <param name="dataType">float64 or float32.</param>
    /// <param name="notes">What it is for.</param>
    /// <param name="options">Further settings of the module.</param>
    public static CaseDraft Of(
        string id, TintConfiguration configuration, IReadOnlyList<ModuleInput> sequences, string dataType, string notes, JsonObject? options = null)
    {
        var first = sequences[0];
        var modules = new ConstructedModules(configuration, Arithmetic.Plain);
        var (type, slot) = (dataType == "float32" ? SafetensorsDataType.F32 : SafetensorsDataType.F64, MemorySlot(first.Module, configuration));
        options ??= [];
        options["memory_index"] = slot * configuration.Auxiliary.HiddenSize;
        var tensors = new List<SafetensorsTensor>
        {
            Stack("input.hidden_states", item => States(item, modules).ToMatrix()),
            Stack("natural.signal", item => item.Signal),
        };
        for (var index = 0; index < first.Memory.Count; index++)
        {
            var at = index;
            tensors.Add(Stack($"natural.memory_{MemoryName(first.Module, index)}", item => item.Memory[at]));
        }

        Layer("", item => item.Linear, first.Module.StartsWith("Attention", StringComparison.Ordinal) ? first.Module == "AttentionForward" ? "query_" : "value_" : string.Empty);
        Layer("input.key_prefixes", item => item.Key, "key_");
        Layer("input.value_prefixes", item => item.Value, "value_");
        if (first.Norm is not null)
        {
            tensors.Add(first.Norm.Dense is null
                ? Rows("natural.weight", item => [.. item.Norm!.Weight])
                : Stack("natural.weight", item => item.Norm!.Dense!));
            tensors.Add(Rows("natural.bias", item => [.. item.Norm!.Bias]));
        }

        if (first.TrainMask is not null)
        {
            tensors.Add(Rows("input.train_mask", item => item.TrainMask!));
        }

        if (first.IclMask is not null)
        {
            tensors.Add(Stack("input.icl_mask", item => item.IclMask!));
        }

        return new CaseDraft(id, first.Module, configuration, options, tensors, dataType, notes);

        void Layer(string prefixes, Func<ModuleInput, LinearParameters?> layer, string name)
        {
            if (layer(first) is null)
            {
                return;
            }

            if (prefixes.Length > 0)
            {
                tensors.Add(Stack(prefixes, item => modules.Stack(layer(item)!).ToMatrix()));
            }

            tensors.Add(Stack($"natural.{name}weight", item => layer(item)!.Weight));
            tensors.Add(Rows($"natural.{name}bias", item => [.. layer(item)!.Bias]));
        }

        SafetensorsTensor Stack(string name, Func<ModuleInput, Matrix<double>> part)
        {
            var stacked = Tensor.Stack([.. sequences.Select(part)]);
            return new SafetensorsTensor(name, type, [.. stacked.Shape.Select(size => (long)size)], stacked.Values.ToArray());
        }

        SafetensorsTensor Rows(string name, Func<ModuleInput, IReadOnlyList<double>> part) =>
            new(name, type, [sequences.Count, part(first).Count], [.. sequences.SelectMany(part)]);
    }

    private static HiddenStates States(ModuleInput item, ConstructedModules modules) => item.Module switch
    {
        "AttentionForward" => modules.LinearStates(item.Linear!, item.Signal),
        _ when item.Module.StartsWith("Linear", StringComparison.Ordinal) => modules.LinearStates(item.Linear!, item.Signal, item.Memory.Count > 0 ? item.Memory[0] : null),
        _ when item.Module.StartsWith("LayerNorm", StringComparison.Ordinal) =>
            modules.NormStates(item.Norm!, item.Signal, item.Memory.Count > 0 ? new LayerNormMemory(item.Memory[0], item.Memory[1]) : null),
        _ when item.Module.StartsWith("Attention", StringComparison.Ordinal) =>
            modules.AttentionStates(item.Linear, item.Signal, new AttentionMemory(item.Memory[0], item.Memory[1], item.Memory[2])),
        _ when item.Module.StartsWith("Activation", StringComparison.Ordinal) => modules.ActivationStates(item.Signal, item.Memory.Count > 0 ? item.Memory[0] : null),
        _ => throw new RuleViolationException("a case must be of a module that is drawn", item.Module, "use one of the published code's modules"),
    };

    private static int MemorySlot(string module, TintConfiguration configuration) =>
        module.StartsWith("LayerNorm", StringComparison.Ordinal) ? MemorySlots.LayerNorm(configuration)
        : module.StartsWith("Attention", StringComparison.Ordinal) ? MemorySlots.Attention(configuration)
        : MemorySlots.Linear(configuration);

    private static string MemoryName(string module, int index) =>
        module.StartsWith("LayerNorm", StringComparison.Ordinal) ? (index == 0 ? "x_hat" : "x")
        : module.StartsWith("Attention", StringComparison.Ordinal) ? index switch { 0 => "qx", 1 => "kx", _ => "x" }
        : module.StartsWith("Activation", StringComparison.Ordinal) ? "z"
        : "x";
}
