using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Families;

namespace Tint.Properties.Saving;

/// <summary>A whole model as a fixture; what is expected comes from the simulation's closed forms.</summary>
internal static class SavedModel
{
    /// <summary>The fixture of sequence <paramref name="index"/> of a case in <see cref="FixtureForm"/>.</summary>
    public static SavedCase Of(LawCase item, int index)
    {
        var sequence = item.Batch[index];
        var outcome = new SimulationTint().Run(item.Configuration, item.Weights, [sequence]);
        var tensors = new List<SafetensorsTensor>
        {
            SavedTensor.Of("input.input_ids", sequence.InputIds),
            SavedTensor.Of("input.train_mask", sequence.TrainMask),
            SavedTensor.Of("expected.original_logits", outcome.Sequences[0].OriginalLogits),
            SavedTensor.Of("expected.logits", outcome.Sequences[0].Logits),
        };
        if (sequence.Labels is { } labels)
        {
            tensors.Add(SavedTensor.Of("input.labels", labels));
        }

        if (sequence.GradientMask is { } gradientMask)
        {
            tensors.Add(SavedTensor.Of("input.gradient_mask", gradientMask));
        }

        if (sequence.IclMask is { } iclMask)
        {
            tensors.Add(SavedTensor.Of("input.icl_mask", iclMask));
        }

        if (outcome is { OriginalLoss: { } original, FinalLoss: { } final })
        {
            tensors.Add(SavedTensor.Of("expected.original_loss", original));
            tensors.Add(SavedTensor.Of("expected.final_loss", final));
        }

        tensors.AddRange(HuggingFaceWeights.Export(item.Weights).Select(pair => SavedTensor.Of($"input.aux.{pair.Key}", pair.Value)));
        return new SavedCase(FixtureModules.WholeModel, item.Configuration, [], tensors);
    }
}
