using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Oracle.Cases;

/// <summary>Fresh cases of whole models of the families whose models the published code does not have: one step, options once each, and each switch of the family once.</summary>
internal static class FamilySuite
{
    private const int Vocabulary = 50;
    private const int Layers = 2;

    private static readonly (string Name, string Notes, Func<TintConfiguration, TintConfiguration> Change, bool GradientMask)[] Options =
    [
        ("one_step", "one step on all layers", plain => plain, false),
        ("two_steps", "two steps", plain => plain with { SgdSteps = 2 }, false),
        ("top_layer", "only the top layer is trained", plain => plain with { TrainedLayers = 1 }, false),
        ("gradient_mask", "a mask on the targets whose loss counts", plain => plain, true),
        ("quad_loss", "the quadratic loss", plain => plain with { Loss = LossKind.Quad }, false),
        ("layer_norm_full", "the normalisations' weights are trained, not only biases", plain => plain with { LayerNormBiasOnly = false }, false),
        ("exact_gates", "gates of 1", plain => plain with { GateScale = 50 }, false),
    ];

    /// <summary>The cases of a family.</summary>
    /// <param name="family">The family.</param>
    /// <param name="shape">D, H, K, H_sim and T.</param>
    /// <param name="isOwnShape">Whether the TinT is the one of the family's rule, as where nobody asked for another.</param>
    /// <param name="letter">What is appended to their names; empty for nothing.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="dataType">float64 or float32.</param>
    /// <param name="departures">Whether they are about the published construction or the paper's intent.</param>
    /// <param name="count">How many of the options.</param>
    public static IEnumerable<Func<CaseDraft>> Drafts(
        string family, CaseShape shape, bool isOwnShape, string letter, int seed, string dataType, Departures departures, int count = int.MaxValue)
    {
        var how = FamilyCatalogue.Fields(family);
        foreach (var (name, notes, change, hasMask) in Options.Take(count))
        {
            yield return Draft(name, notes, "{}", change, hasMask);
        }

        foreach (var (name, notes, fields) in count < Options.Length ? [] : how.Variants)
        {
            yield return Draft(name, notes, fields, plain => plain, hasMask: false);
        }

        Func<CaseDraft> Draft(string name, string notes, string fields, Func<TintConfiguration, TintConfiguration> change, bool hasMask)
        {
            var (width, positions) = (shape.Width, Math.Max(16, shape.Tokens));
            var sizes = new FamilySizes(family, Vocabulary, positions, width, Layers / how.Stacks, shape.Heads, Inner: (2 * width) + (width / 3));
            sizes = isOwnShape ? how.Nearest(sizes) : sizes;
            var json = how.Config(sizes, how.Small(sizes), fields).ToJsonString();
            using var document = JsonDocument.Parse(json);
            var model = FamilyCatalogue.Read(document.RootElement);
            var rule = FamilyShape.Of(model);
            var configuration = change((isOwnShape ? rule : rule with
            {
                HiddenSize = AdmissibleShapes.HiddenSize(shape.Width, shape.Prefixes),
                PrefixCount = shape.Prefixes,
                HeadCount = shape.SimulatorHeads,
            }) with
            {
                InnerLearningRate = 0.01,
                GateScale = 10,
                FiniteDifferenceScale = 1000,
                SgdSteps = 1,
                LayerNormBiasOnly = true,
                Departures = departures,
            });
            AdmissibleShapes.Check(configuration);
            (configuration.Auxiliary.Architecture as Reference.Architecture.ModelPlan)?.Check(configuration);
            return () => Of($"TinT.{family}.{name}{letter}", notes, json, model, configuration, hasMask);
        }

        CaseDraft Of(string id, string notes, string json, FamilyConfiguration model, TintConfiguration configuration, bool hasMask)
        {
            var numbers = new PortableNumbers(seed, $"{id} {shape.Text}", dataType == "float32");
            var type = dataType == "float32" ? SafetensorsDataType.F32 : SafetensorsDataType.F64;
            var parameters = new ParameterSet();
            foreach (var (tensor, place, rows, columns) in model.Tensors().SelectMany(tensor => tensor.Parts.Select(part => (tensor, part.Place, part.Rows, part.Columns))))
            {
                parameters.Set(place, tensor.Shape.Count == 1
                    ? numbers.Vector(columns, 0.25, place.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0).ToRowMatrix()
                    : numbers.Matrix(rows, columns, place.StartsWith("embedding", StringComparison.Ordinal) || place.Contains("buckets", StringComparison.Ordinal) ? 0.5 : 1 / Math.Sqrt(columns)));
            }

            long[] ids = Ids();
            var tensors = new List<SafetensorsTensor> { Integers("input.input_ids", ids), Integers("input.labels", ids), Mask("train_mask") };
            if (hasMask)
            {
                tensors.Add(Mask("gradient_mask"));
            }

            if (model.HasEncoder)
            {
                tensors.Add(Integers("input.encoder_input_ids", Ids()));
            }

            tensors.AddRange(model.Export(parameters).Select(item => new SafetensorsTensor(
                $"input.aux.{item.Key}", type, [.. item.Value.Shape.Select(size => (long)size)], item.Value.Values.ToArray())));
            return new CaseDraft(id, FixtureModules.WholeModel, configuration, [], tensors, dataType, notes) { ModelConfig = json };

            long[] Ids() => [.. Enumerable.Range(0, ModelSuite.Sequences * shape.Tokens).Select(_ => (long)numbers.Below(Vocabulary))];

            SafetensorsTensor Integers(string name, long[] values) => new(name, SafetensorsDataType.I64, [ModelSuite.Sequences, shape.Tokens], values);

            SafetensorsTensor Mask(string name) => new(
                $"input.{name}", type, [ModelSuite.Sequences, shape.Tokens], [.. Enumerable.Range(0, ModelSuite.Sequences).SelectMany(_ => RandomParameters.Mask(numbers, shape.Tokens))]);
        }
    }
}
