using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Oracle.Cases;

/// <summary>Fresh cases of whole models: one step, and each option once.</summary>
internal static class ModelSuite
{
    /// <summary>Sequences a case.</summary>
    public const int Sequences = 2;

    private static readonly (string Name, string Notes, Func<TintConfiguration, TintConfiguration> Change, bool GradientMask, bool IclMask)[] Variants =
    [
        ("one_step", "one step on all layers", plain => plain, false, false),
        ("two_steps", "two steps", plain => plain with { SgdSteps = 2 }, false, false),
        ("top_layer", "only the top layer is trained", plain => plain with { TrainedLayers = 1 }, false, false),
        ("gradient_mask", "a mask on the targets whose loss counts", plain => plain, true, false),
        ("icl_mask", "chosen pairs of tokens may not attend to each other", plain => plain, false, true),
        ("quad_loss", "the quadratic loss", plain => plain with { Loss = LossKind.Quad }, false, false),
        ("mean_embedding_loss", "the loss of the mean embedding", plain => plain with { Loss = LossKind.MeanEmbedding }, false, false),
        ("layer_norm_full", "LayerNorm weights are trained, not only biases", plain => plain with { LayerNormBiasOnly = false }, false, false),
        ("exact_gates", "gates of 1", plain => plain with { GateScale = 50 }, false, false),
        ("no_attention_backward", "the gradient does not pass through attention", plain => plain with { BackpropagateThroughAttention = false }, false, false),
    ];

    /// <summary>The cases of a shape and family.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="letter">What is appended to their names; empty for nothing.</param>
    /// <param name="family">The auxiliary model's family.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="dataType">float64 or float32.</param>
    /// <param name="departures">Whether they are about the published code or the paper's intent.</param>
    /// <param name="count">How many of the variants.</param>
    public static IEnumerable<Func<CaseDraft>> Drafts(
        CaseShape shape, string letter, AuxiliaryFamily family, int seed, string dataType, Departures departures, int count = int.MaxValue)
    {
        var plain = shape.Configuration(family, layers: 2) with { Departures = departures };
        return Variants.Take(count).Select(variant => new Func<CaseDraft>(() => Draft(
            $"TinT.{(family == AuxiliaryFamily.Opt ? "opt" : "gpt2")}.{variant.Name}{letter}", variant.Change(plain), variant.Notes, variant.GradientMask, variant.IclMask)));

        CaseDraft Draft(string id, TintConfiguration configuration, string notes, bool gradientMask, bool iclMask)
        {
            var numbers = new PortableNumbers(seed, $"{id} {shape.Text}", dataType == "float32");
            var type = dataType == "float32" ? SafetensorsDataType.F32 : SafetensorsDataType.F64;
            var weights = RandomParameters.Model(numbers, configuration.Auxiliary);
            long[] ids = [.. Enumerable.Range(0, Sequences * shape.Tokens).Select(_ => (long)numbers.Below(configuration.Auxiliary.VocabularySize))];
            var tensors = new List<SafetensorsTensor>
            {
                Integers("input.input_ids", ids),
                Integers("input.labels", ids),
                new("input.train_mask", type, [Sequences, shape.Tokens], Mask()),
            };
            if (gradientMask)
            {
                tensors.Add(new("input.gradient_mask", type, [Sequences, shape.Tokens], Mask()));
            }

            if (iclMask)
            {
                var mask = Tensor.Stack([.. Enumerable.Range(0, Sequences).Select(_ => RandomParameters.IclMask(numbers, shape.Tokens))]);
                tensors.Add(new("input.icl_mask", type, [Sequences, shape.Tokens, shape.Tokens], mask.Values.ToArray()));
            }

            tensors.AddRange(HuggingFaceWeights.Export(weights).Select(item => new SafetensorsTensor(
                $"input.aux.{item.Key}", type, [.. item.Value.Shape.Select(size => (long)size)], item.Value.Values.ToArray())));
            return new CaseDraft(id, FixtureModules.WholeModel, configuration, [], tensors, dataType, notes);

            SafetensorsTensor Integers(string name, long[] values) => new(name, SafetensorsDataType.I64, [Sequences, shape.Tokens], values);

            double[] Mask() => [.. Enumerable.Range(0, Sequences).SelectMany(_ => RandomParameters.Mask(numbers, shape.Tokens))];
        }
    }
}
