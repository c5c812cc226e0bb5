namespace Tint.Mutation.Faults;

/// <summary>Faults inside the simulation, the exact model and what they share.</summary>
internal static class SimulationFaults
{
    private const string Simulation = "reference/Tint.Reference/Simulation";

    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        new()
        {
            Name = "simulation.first-final-norm",
            Fault = "The forward pass of every later step runs through the final norm that came in.",
            File = $"{Simulation}/SimulatedRun.cs",
            Original = "SimulatedBlock.Forward(_configuration, plan, _outside, input, null)",
            Replacement = "SimulatedBlock.Forward(_configuration, plan, _weights.Outside, input, null)",
            SeenBy = "Tint.Reference.Tests:SimulatedTintTests",
        },
        new()
        {
            Name = "simulation.first-block-of-logits",
            Fault = "The loss gradient of every block of 256 tokens is made from the logits of the first.",
            File = $"{Simulation}/SimulatedLoss.cs",
            Original = "new Predictions(embedding, logits, block)",
            Replacement = "new Predictions(embedding, logits, rows[..block.Length])",
            SeenBy = "Tint.Reference.Tests:LongSequenceTests",
        },
        new()
        {
            Name = "simulation.last-block-lost",
            Fault = "The loss gradient beyond the first block of 256 tokens is zero.",
            File = $"{Simulation}/SimulatedLoss.cs",
            Original = "start < rows.Length; start += TokensPerBlock",
            Replacement = "start < Math.Min(rows.Length, TokensPerBlock); start += TokensPerBlock",
            SeenBy = "Tint.Reference.Tests:LongSequenceTests",
        },
        new()
        {
            Name = "construction.first-block-of-queries",
            Fault = "Softmax attention of the second block of 256 queries takes the queries of the first.",
            File = "reference/Tint.Reference/Primitives/SoftmaxAttention.cs",
            Original = "arithmetic.TransposeAndMultiply(Arithmetic.Rows(q, first, end), Arithmetic.Rows(k, 0, seen))",
            Replacement = "arithmetic.TransposeAndMultiply(Arithmetic.Rows(q, 0, end - first), Arithmetic.Rows(k, 0, seen))",
            SeenBy = "Tint.Reference.Tests:LongSequenceTests",
        },
        new()
        {
            Name = "simulation.softmax-shifted-by-forbidden",
            Fault = "Scores are shifted by the largest of all earlier tokens, forbidden ones too.",
            File = $"{Simulation}/HeadAttention.cs",
            Original = "\n            largest = Elementwise.Largest(seen, scale);",
            Replacement = string.Empty,
            SeenBy = "Tint.Reference.Tests:ForbiddenScoreTests",
        },
        new()
        {
            Name = "construction.softmax-shifted-by-forbidden",
            Fault = "Scores are shifted by the largest of all earlier tokens, forbidden ones too.",
            File = "reference/Tint.Reference/Primitives/ArithmeticNonlinear.cs",
            Original = "                if (allowed is null)\n",
            Replacement = "                if (allowed is null || true)\n",
            SeenBy = "Tint.Reference.Tests:ForbiddenScoreTests",
        },
        new()
        {
            Name = "exact.softmax-shifted-by-forbidden",
            Fault = "Scores are shifted by the largest of all tokens, forbidden and later ones too.",
            File = "reference/Tint.Reference/Exact/ExactAttention.cs",
            Original = "                row[j] = Allowed(i, j, iclMask) ? Require.Finite(row[j] * scale, \"an attention score\") : double.NegativeInfinity;\n                largest = Math.Max(largest, row[j]);",
            Replacement = "                largest = Math.Max(largest, row[j] * scale);\n                row[j] = Allowed(i, j, iclMask) ? Require.Finite(row[j] * scale, \"an attention score\") : double.NegativeInfinity;",
            SeenBy = "Tint.Reference.Tests:ForbiddenScoreTests",
        },
        new()
        {
            Name = "elementwise.exp-flushes-subnormals",
            Fault = "exp is 0 where it should be subnormal.",
            File = "reference/Tint.Reference/LinearAlgebra/Elementwise.cs",
            Original = "x[lane] < LeastNormalExponent ? result.WithElement(lane, Math.Exp(x[lane])) : result",
            Replacement = "x[lane] < LeastNormalExponent ? result.WithElement(lane, 0) : result",
            SeenBy = "Tint.Reference.Tests:ElementwiseTests",
        },
        new()
        {
            Name = "exact.sgd-first-gradient",
            Fault = "Plain SGD subtracts the first step's gradient in every step.",
            File = "reference/Tint.Reference/Exact/ExactTint.cs",
            Original = "Trained(Backward(forward, trace))",
            Replacement = "Trained(Backward(Forward(Weights, sequence, 0, null), trace))",
            SeenBy = "Tint.Reference.Tests:ExactTintTests",
        },
        new()
        {
            Name = "exact.first-block-of-positions",
            Fault = "Where logits are made a block of positions at a time, only the first block counts.",
            File = "reference/Tint.Reference/Exact/ExactLoss.cs",
            Original = "trained.Chunk(Math.Max(1, LogitBudget / embedding.RowCount))",
            Replacement = "trained.Chunk(Math.Max(1, LogitBudget / embedding.RowCount)).Take(1)",
            SeenBy = "Tint.Reference.Tests:ExactLossTests",
        },
    ];
}
