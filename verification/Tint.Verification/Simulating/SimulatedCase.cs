using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Stacking;

namespace Tint.Verification.Simulating;

/// <summary>What the simulated gradient says about a whole model's case: every part of the case's tensors that it defines.</summary>
internal static class SimulatedCase
{
    /// <summary>Logits, signals behind every block, and what the last descents wrote, of a whole model on a batch.</summary>
    public static IReadOnlyList<SimulatedRegion> OfModel(TintConfiguration configuration, ModelPlan plan, TintBatchResult batch)
    {
        var regions = new List<SimulatedRegion>
        {
            Whole("expected.original_logits", result => result.OriginalLogits),
            Whole("expected.logits", result => result.Logits),
        };
        AddLoss("expected.original_loss", batch.OriginalLoss);
        AddLoss("expected.final_loss", batch.FinalLoss);
        for (var i = 0; i < batch.Sequences[0].Trace.Count; i++)
        {
            regions.Add(new SimulatedRegion(
                $"expected.trace.{batch.Sequences[0].Trace[i].Name}.hidden_states",
                SimulatedModule.Signal,
                configuration.PrefixCount,
                0,
                [.. batch.Sequences.Select(result => result.Trace[i].Signal)]));
        }

        AddUpdates();
        return regions;

        SimulatedRegion Whole(string name, Func<TintResult, Matrix<double>> part) =>
            new(name, string.Empty, 0, 0, [.. batch.Sequences.Select(part)]);

        void AddLoss(string name, double? loss)
        {
            if (loss is { } value)
            {
                regions.Add(new SimulatedRegion(name, string.Empty, 0, 0, [Matrix<double>.Build.Dense(1, 1, value)]));
            }
        }

        // The weights after the last step are those that the last backward pass through each block wrote.
        void AddUpdates()
        {
            var last = batch.Sequences[0].Trace
                .Where(state => state.Name.Contains(".backward.", StringComparison.Ordinal))
                .ToLookup(state => state.Name[(state.Name.IndexOf('.', StringComparison.Ordinal) + 1)..], state => state.Name);
            for (var index = configuration.Auxiliary.LayerCount - configuration.TrainedLayers; index < configuration.Auxiliary.LayerCount; index++)
            {
                Add($"backward.layer{index:00}", Loads(plan.Blocks[index], configuration.Auxiliary.HiddenSize, batch.Sequences, result => result.UpdatedWeights.Layers[index]));
            }

            AddOutside("backward.final_norm", plan.Final);
            AddOutside("backward.encoder_norm", plan.EncoderFinal);

            void AddOutside(string place, BlockPlan? nodes)
            {
                if (nodes is not null)
                {
                    Add(place, Loads(nodes, configuration.Auxiliary.HiddenSize, batch.Sequences, result => result.UpdatedWeights.Outside));
                }
            }

            void Add(string place, IReadOnlyList<LinearParameters[]?> loads)
            {
                foreach (var name in last[place].TakeLast(1))
                {
                    for (var load = 0; load < loads.Count; load++)
                    {
                        AddLoad($"expected.trace.{name}.updated_prefixes.{load.ToString("00", CultureInfo.InvariantCulture)}", loads[load]);
                    }
                }
            }
        }

        void AddLoad(string name, LinearParameters[]? layers)
        {
            if (layers is not null)
            {
                regions.AddRange(SimulatedRegion.Join([.. layers.Select(layer => SimulatedModule.Stacked(layer, configuration.PrefixCount, name))]));
            }
        }
    }

    /// <summary>A block's loads in their order; activations' are empty and not compared.</summary>
    private static IReadOnlyList<LinearParameters[]?> Loads(
        BlockPlan plan, int width, IReadOnlyList<TintResult> results, Func<TintResult, AuxiliaryLayer> layer)
    {
        AuxiliaryLayer[] layers = [.. results.Select(layer)];
        return [.. plan.Steps.SelectMany(step => step.Leaf.Parameters.Count == 0
            ? Enumerable.Repeat<LinearParameters[]?>(null, 1)
            : step.Leaf.Parameters.Select(leaf => (LinearParameters[]?)Array.ConvertAll(layers, item => Load(leaf, step.Chunk, item, width))))];
    }

    private static LinearParameters Load(ParameterLeaf leaf, int chunk, AuxiliaryLayer layer, int width) => leaf switch
    {
        Norm or RmsNorm => Linear(layer.Norm(leaf.Place)),
        Linear linear => BlockPrefixes.Part(linear, layer.Linear(leaf.Place), chunk, width),
        _ => throw leaf.Unread("the simulated case"),
    };

    private static LinearParameters Linear(LayerNormParameters norm) =>
        new(norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight), norm.Bias);
}
