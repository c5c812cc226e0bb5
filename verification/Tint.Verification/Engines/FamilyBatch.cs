using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Families;
using Tint.Reference.Input;

namespace Tint.Verification.Engines;

/// <summary>The sequences of an auxiliary case, whose losses and gradients add up.</summary>
internal sealed class FamilyBatch
{
    private const string EncoderIds = "encoder_input_ids";
    private static readonly string[] Known = ["input_ids", "train_mask", EncoderIds];

    private readonly FamilyInput[] _inputs;
    private readonly double[][] _masks;

    private FamilyBatch(FamilyInput[] inputs, double[][] masks) => (_inputs, _masks) = (inputs, masks);

    /// <summary>Reads a case's sequences.</summary>
    /// <exception cref="RuleViolationException">An input is unknown, or the inputs are of different batches.</exception>
    public static FamilyBatch Read(FixtureTensors tensors)
    {
        if (tensors.InputNames.FirstOrDefault(name => !name.StartsWith(InputNames.Weights, StringComparison.Ordinal) && !Known.Contains(name)) is { } unknown)
        {
            throw new RuleViolationException("every input of a case must be read", $"'{Printable.Name(unknown)}'", $"use {string.Join(", ", Known)}");
        }

        var ids = Rows(tensors, "input_ids");
        var (masks, encoder) = (Rows(tensors, "train_mask"), tensors.HasInput(EncoderIds) ? Rows(tensors, EncoderIds) : null);
        if (masks.Length != ids.Length || (encoder is not null && encoder.Length != ids.Length))
        {
            throw new RuleViolationException(
                "the inputs of a case must be of one batch", $"{ids.Length}, {masks.Length} and {encoder?.Length} sequences", "pass one row a sequence");
        }

        int[] Integers(double[] row) => Array.ConvertAll(row, static value => checked((int)value));
        return new FamilyBatch([.. ids.Select((row, b) => new FamilyInput(Integers(row), encoder is null ? null : Integers(encoder[b])))], masks);
    }

    /// <summary>The sequences of a TinT as its auxiliary model reads them.</summary>
    public static FamilyBatch Of(IReadOnlyList<TokenSequence> batch) => new(
        [.. batch.Select(static sequence => new FamilyInput(sequence.InputIds, sequence.EncoderIds))],
        [.. batch.Select(static sequence => sequence.TrainMask.Select((trained, t) => trained * (sequence.GradientMask?[t] ?? 1)).ToArray())]);

    /// <summary>The sequences as a TinT reads them.</summary>
    public IReadOnlyList<TokenSequence> Sequences =>
        [.. _inputs.Zip(_masks, static (input, mask) => new TokenSequence { InputIds = input.Ids, TrainMask = mask, EncoderIds = input.EncoderIds })];

    /// <summary>Logits of every sequence, and the loss and gradient of all together.</summary>
    public (Matrix<double>[] Logits, double Loss, ParameterSet Gradient) Run(FamilyConfiguration model, ParameterSet parameters)
    {
        var (logits, loss, sum) = (new Matrix<double>[_inputs.Length], 0.0, new ParameterSet());
        for (var b = 0; b < _inputs.Length; b++)
        {
            var pass = model.Exact(parameters, _inputs[b]);
            var (value, gradient) = ExactLogits.CrossEntropy(pass.Logits, _inputs[b].Ids, _masks[b]);
            var parametersGradient = pass.Backward(gradient);
            foreach (var name in parametersGradient.Names)
            {
                sum.Add(name, parametersGradient[name]);
            }

            (logits[b], loss) = (pass.Logits, loss + value);
        }

        return (logits, loss, sum);
    }

    private static double[][] Rows(FixtureTensors tensors, string name)
    {
        var tensor = tensors.Input(name);
        return tensor.Shape.Count == 2 && tensor.Shape[1] > 0
            ? [.. tensor.Values.Chunk(tensor.Shape[1])]
            : throw new RuleViolationException($"{name} must be [B × T]", $"{tensor.Shape.Count} axes", "pass one row a sequence");
    }
}
