using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Verification.Engines;

/// <summary>Runs a whole TinT on a case's tokens.</summary>
internal static class ModelCase
{
    /// <summary>Runs the construction on a case's batch; tensors by the file's names.</summary>
    public static IReadOnlyDictionary<string, ComputedTensor> Construct(LoadedCase loaded, Arithmetic arithmetic)
    {
        if (!loaded.Case.IsAuxiliary)
        {
            InputNames.Check(loaded.Case);
        }

        var rounding = arithmetic.Rounding;
        var result = new ConstructedTint(loaded.Configuration, loaded.Weights).RunTracked(loaded.Batch, arithmetic, trace: true);

        var computed = new Dictionary<string, ComputedTensor>
        {
            ["expected.original_logits"] = Stack(result, sequence => sequence.OriginalLogits, rounding),
            ["expected.logits"] = Stack(result, sequence => sequence.Logits, rounding),
        };
        Add(computed, "expected.original_loss", result.OriginalLoss, rounding);
        Add(computed, "expected.final_loss", result.FinalLoss, rounding);
        AddTrace(computed, result, rounding);
        return computed;
    }

    /// <summary>The sequences of a whole-model case.</summary>
    public static IReadOnlyList<TokenSequence> Batch(FixtureTensors tensors)
    {
        var ids = Integers(tensors, "input_ids");
        var trainMask = Read(tensors, "train_mask");
        var labels = tensors.HasInput("labels") ? Integers(tensors, "labels") : null;
        var gradientMask = tensors.HasInput("gradient_mask") ? Read(tensors, "gradient_mask") : null;
        var iclMask = tensors.HasInput("icl_mask") ? Read(tensors, "icl_mask") : null;
        var encoderIds = tensors.HasInput("encoder_input_ids") ? Integers(tensors, "encoder_input_ids") : null;
        CheckCount("train_mask", trainMask.Shape, ids.Length);
        CheckCount("labels", labels is null ? null : [labels.Length], ids.Length);
        CheckCount("gradient_mask", gradientMask?.Shape, ids.Length);
        CheckCount("icl_mask", iclMask?.Shape, ids.Length);
        CheckCount("encoder_input_ids", encoderIds is null ? null : [encoderIds.Length], ids.Length);
        return [.. Enumerable.Range(0, ids.Length).Select(i => new TokenSequence
        {
            InputIds = ids[i],
            TrainMask = trainMask.Slice(i).Values.ToArray(),
            Labels = labels?[i],
            GradientMask = gradientMask?.Slice(i).Values.ToArray(),
            IclMask = Binary(iclMask?.Slice(i).ToMatrix()),
            EncoderIds = encoderIds?[i],
        })];
    }

    private static void CheckCount(string name, IReadOnlyList<int>? shape, int sequences)
    {
        if (shape is not null && (shape.Count == 0 || shape[0] != sequences))
        {
            throw new RuleViolationException(
                $"input.{name} must have one entry a sequence",
                $"[{string.Join(" × ", shape)}] for {sequences} sequences",
                "export as many as input.input_ids has");
        }
    }

    private static Matrix<double>? Binary(Matrix<double>? mask)
    {
        if (mask is not null)
        {
            CausalMask.Check(mask);
        }

        return mask;
    }

    private static void AddTrace(Dictionary<string, ComputedTensor> computed, TrackedBatchResult result, RoundingModel? rounding)
    {
        for (var entry = 0; entry < result.Sequences[0].Trace.Count; entry++)
        {
            var name = $"expected.trace.{result.Sequences[0].Trace[entry].Name}";
            HiddenStates[] states = [.. result.Sequences.Select(sequence => sequence.Trace[entry].States)];
            computed[$"{name}.hidden_states"] = new ComputedTensor(
                Tensor.Stack([.. states.Select(state => state.ToMatrix())]), Tensor.Stack([.. states.Select(state => Bound(rounding, state.ToErrorMatrix()))]));
            for (var load = 0; load < result.Sequences[0].Trace[entry].UpdatedPrefixes.Count; load++)
            {
                Slots[] prefixes = [.. result.Sequences.Select(sequence => sequence.Trace[entry].UpdatedPrefixes[load])];
                computed[$"{name}.updated_prefixes.{load.ToString("00", CultureInfo.InvariantCulture)}"] = new ComputedTensor(
                    Tensor.Stack([.. prefixes.Select(slots => slots.ToMatrix())]),
                    Tensor.Stack([.. prefixes.Select(slots => Bound(rounding, slots.ToErrorMatrix()))]));
            }
        }
    }

    private static void Add(Dictionary<string, ComputedTensor> computed, string name, TrackedScalar? loss, RoundingModel? rounding)
    {
        if (loss is { } scalar)
        {
            computed[name] = new ComputedTensor(new Tensor([1], [scalar.Value]), new Tensor([1], [rounding?.Bound(scalar.Error) ?? 0]));
        }
    }

    private static ComputedTensor Stack(TrackedBatchResult result, Func<TrackedResult, Tracked> part, RoundingModel? rounding) => new(
        Tensor.Stack([.. result.Sequences.Select(sequence => part(sequence).Value)]),
        Tensor.Stack([.. result.Sequences.Select(sequence => Bound(rounding, Error(part(sequence))))]));

    /// <summary>The bound for tracked errors; none is meant where rounding was not followed.</summary>
    private static Matrix<double> Bound(RoundingModel? rounding, Matrix<double> errors) => rounding?.Bound(errors) ?? errors;

    private static Matrix<double> Error(Tracked tracked) =>
        tracked.Error ?? Matrix<double>.Build.Dense(tracked.RowCount, tracked.ColumnCount);

    private static int[][] Integers(FixtureTensors tensors, string name)
    {
        var tensor = tensors.Input(name);
        if (tensor.Shape.Count != 2)
        {
            throw new RuleViolationException($"input.{name} must be [B × T]", $"{tensor.Shape.Count} axes", "export both axes");
        }

        if (tensor.Shape[1] == 0)
        {
            throw new RuleViolationException($"input.{name} must hold a token", "sequences of none", "export at least one");
        }

        return [.. tensor.Integers.Select(Narrow).Chunk(tensor.Shape[1])];

        int Narrow(long id) => id is >= int.MinValue and <= int.MaxValue
            ? (int)id
            : throw new RuleViolationException($"input.{name} must hold token ids", $"{id}", "use ids below aux_vocab_size");
    }

    private static Tensor Read(FixtureTensors tensors, string name)
    {
        var tensor = tensors.Input(name);
        return new Tensor(tensor.Shape, tensor.Values);
    }
}
