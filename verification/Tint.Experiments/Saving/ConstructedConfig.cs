using System.Text.Encodings.Web;
using System.Text.Json;
using Tint.Reference.Configuration;
using Tint.Reference.Materialised;
using Tint.Reference.Primitives;

namespace Tint.Experiments.Saving;

/// <summary>The JSON of a constructed TinT's folder: the transformer's sizes and layers, and the index of its files.</summary>
internal static class ConstructedConfig
{
    private static readonly JsonWriterOptions Lines = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>config.json</c>: what a reader needs who knows nothing of TinT, and under <c>construction</c> what it was made with.</summary>
    public static byte[] Write(TintConfiguration configuration, MaterialisedTint tint)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Lines))
        {
            var auxiliary = configuration.Auxiliary;
            json.WriteStartObject();
            json.WriteString("model_type", "constructed_transformer");
            json.WriteString("torch_dtype", "float64");
            json.WriteNumber("hidden_size", configuration.HiddenSize);
            json.WriteNumber("num_prefixes", configuration.PrefixCount);
            json.WriteNumber("max_position_embeddings", auxiliary.MaximumPositions);
            json.WriteNumber("vocab_size", auxiliary.VocabularySize);
            json.WriteNumber("embedding_size", auxiliary.HiddenSize);
            json.WriteStartObject("outputs");
            json.WriteString("original_logits", tint.OriginalLogits);
            json.WriteString("logits", tint.Logits);
            json.WriteEndObject();
            json.WriteStartObject("modules");
            foreach (var module in tint.Modules)
            {
                json.WriteStartObject(module.Name);
                json.WriteRawLine("inputs", writer => Texts(writer, module.Inputs));
                json.WriteString("output", module.Output);
                Layers(json, module.Layers);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            Layers(json, tint.Layers);
            Construction(json, configuration);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>The index: which file a tensor lies in.</summary>
    public static byte[] WriteIndex(IReadOnlyList<(string Name, IReadOnlyList<WeightTensor> Tensors)> files)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Lines))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteNumber("total_size", files.Sum(static file => file.Tensors.Sum(static tensor => tensor.Count)) * sizeof(double));
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            foreach (var (name, tensors) in files)
            {
                foreach (var tensor in tensors)
                {
                    json.WriteString(tensor.Name, name);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void Layers(Utf8JsonWriter json, IReadOnlyList<TransformerLayer> layers)
    {
        json.WriteStartArray("layers");
        foreach (var layer in layers)
        {
            json.WriteRawLine(null, writer => Layer(writer, layer));
        }

        json.WriteEndArray();
    }

    private static void Layer(Utf8JsonWriter json, TransformerLayer layer)
    {
        json.WriteStartObject();
        json.WriteString("layer", layer.Kind);
        json.WritePropertyName("inputs");
        Texts(json, layer.Inputs);
        json.WriteString("output", layer.Output);
        if (layer.Weights.Count > 0)
        {
            json.WritePropertyName("weights");
            Texts(json, layer.Weights);
        }

        foreach (var (name, value) in layer.Settings)
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case bool truth:
                    json.WriteBooleanValue(truth);
                    break;
                case int number:
                    json.WriteNumberValue(number);
                    break;
                case double number:
                    json.WriteNumberValue(number);
                    break;
                default:
                    json.WriteStringValue((string)value);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void Construction(Utf8JsonWriter json, TintConfiguration configuration)
    {
        json.WriteStartObject("construction");
        json.WriteString("auxiliary_family", configuration.Auxiliary.Family.ToString().ToLowerInvariant());
        json.WriteNumber("num_trained_layers", configuration.TrainedLayers);
        json.WriteNumber("num_sgd_steps", configuration.SgdSteps);
        json.WriteNumber("inner_lr", configuration.InnerLearningRate);
        json.WriteNumber("gate_scale", configuration.EffectiveGateScale);
        json.WriteNumber("finite_difference_scale", configuration.FiniteDifferenceScale);
        json.WriteString("stencil", configuration.Stencil.Name);
        json.WriteString("loss", configuration.Loss.ToString());
        json.WriteString("departures", configuration.Departures.ToString());
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a value on one line.</summary>
    private static void WriteRawLine(this Utf8JsonWriter json, string? name, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var line = new Utf8JsonWriter(stream, OneLine))
        {
            write(line);
        }

        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteRawValue(name is null ? [.. "\n    "u8, .. stream.ToArray()] : stream.ToArray());
    }
}
