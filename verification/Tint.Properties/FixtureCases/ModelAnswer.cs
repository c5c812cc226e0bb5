using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;
using Tint.Verification.Coordinates;
using Tint.Verification.Engines;

namespace Tint.Properties.FixtureCases;

/// <summary>A whole-model case computed by an implementation: logits, losses and, after a single step, the prefixes that it wrote.</summary>
internal static class ModelAnswer
{
    public static IReadOnlyDictionary<string, ComputedTensor> Of(
        ITint tint, LoadedCase loaded, IReadOnlyDictionary<string, ComputedTensor> correct)
    {
        var configuration = loaded.Configuration;
        var outcome = tint.Run(configuration, loaded.Weights, loaded.Batch);
        var answers = new Dictionary<string, ComputedTensor>();
        Put("expected.original_logits", Tensor.Stack([.. outcome.Sequences.Select(sequence => sequence.OriginalLogits)]));
        Put("expected.logits", Tensor.Stack([.. outcome.Sequences.Select(sequence => sequence.Logits)]));
        PutLoss("expected.original_loss", outcome.OriginalLoss);
        PutLoss("expected.final_loss", outcome.FinalLoss);
        if (configuration.SgdSteps == 1)
        {
            foreach (var (name, computed) in correct)
            {
                if (TraceName.Parse(name) is { Prefixes: not null } trace && !IsActivation(trace))
                {
                    Put(name, Tensor.Stack([.. outcome.Sequences.Select((sequence, i) =>
                        Prefixes(configuration, sequence.UpdatedWeights, trace, computed.Value.Slice(i).ToMatrix()))]));
                }
            }
        }

        return answers;

        void Put(string name, Tensor value) => answers[name] = correct[name] with { Value = value };

        void PutLoss(string name, double? loss)
        {
            if (correct.ContainsKey(name))
            {
                Put(name, new Tensor([1], [loss ?? double.NaN]));
            }
        }
    }

    private static bool IsActivation(TraceName trace) => trace.Module!.StartsWith("activation", StringComparison.Ordinal);

    /// <summary>The construction's prefixes [K × D_sim], with what the updated weights determine written over them.</summary>
    private static Matrix<double> Prefixes(
        TintConfiguration configuration, AuxiliaryWeights updated, TraceName trace, Matrix<double> states)
    {
        Slots stacked = trace.Layer is { } layer
            ? BlockPrefixes.Stack(configuration, updated.Layers[layer]).InOrder().ElementAt(trace.Prefixes!.Value)
            : PrefixStack.Stack(configuration, updated.FinalNorm);
        PrefixRows.Put(states, configuration, stacked);
        return states;
    }
}
