namespace Tint.Mutation.Faults;

/// <summary>Faults inside the simulation, the exact model and what they share.</summary>
internal static class SimulationFaults
{
    private const string Simulation = "reference/Tint.Reference/Simulation";

    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        .. SourceMutant.In(
            $"{Simulation}/SimulatedRun.cs",
            "Tint.Reference.Tests:SimulatedTintTests",
            ("simulation.first-final-norm",
                "The forward pass of every later step runs through the final norm that came in.",
                "SimulatedBlock.Forward(_configuration, plan, _outside, input, null)",
                "SimulatedBlock.Forward(_configuration, plan, _weights.Outside, input, null)")),
        .. SourceMutant.In(
            $"{Simulation}/SimulatedLoss.cs",
            "Tint.Reference.Tests:LongSequenceTests",
            ("simulation.first-block-of-logits",
                "The loss gradient of every block of 256 tokens is made from the logits of the first.",
                "new Predictions(embedding, logits, block)",
                "new Predictions(embedding, logits, rows[..block.Length])"),
            ("simulation.last-block-lost",
                "The loss gradient beyond the first block of 256 tokens is zero.",
                "rows.Chunk(TokensPerBlock)",
                "rows.Chunk(TokensPerBlock).Take(1)")),
        .. SourceMutant.In(
            "reference/Tint.Reference/Primitives/SoftmaxAttention.cs",
            "Tint.Reference.Tests:LongSequenceTests",
            ("construction.first-block-of-queries",
                "Softmax attention of the second block of 256 queries takes the queries of the first.",
                "arithmetic.TransposeAndMultiply(Arithmetic.Rows(q, first, end), Arithmetic.Rows(k, 0, seen))",
                "arithmetic.TransposeAndMultiply(Arithmetic.Rows(q, 0, end - first), Arithmetic.Rows(k, 0, seen))")),
        .. SourceMutant.In(
            $"{Simulation}/HeadAttention.cs",
            "Tint.Reference.Tests:ForbiddenScoreTests",
            ("simulation.softmax-shifted-by-forbidden",
                "Scores are shifted by the largest of all earlier tokens, forbidden ones too.",
                "\n            largest = Elementwise.Largest(seen, scale);",
                string.Empty)),
        .. SourceMutant.In(
            "reference/Tint.Reference/Primitives/ArithmeticNonlinear.cs",
            "Tint.Reference.Tests:ForbiddenScoreTests",
            ("construction.softmax-shifted-by-forbidden",
                "Scores are shifted by the largest of all earlier tokens, forbidden ones too.",
                "                if (allowed is null)\n",
                "                if (allowed is null || true)\n")),
        .. SourceMutant.In(
            "reference/Tint.Reference/Exact/ExactSoftmax.cs",
            "Tint.Reference.Tests:ForbiddenScoreTests",
            ("exact.softmax-shifted-by-forbidden",
                "Scores are shifted by the largest of all tokens, forbidden and later ones too.",
                "Entrywise.RowMaxima(rows, columns, seen.At)",
                "Entrywise.RowMaxima(rows, columns, scores.At)")),
        .. SourceMutant.In(
            "reference/Tint.Reference/LinearAlgebra/Elementwise.cs",
            "Tint.Reference.Tests:ElementwiseTests",
            ("elementwise.exp-flushes-subnormals",
                "exp is 0 where it should be subnormal.",
                "x[lane] < LeastNormalExponent ? result.WithElement(lane, Math.Exp(x[lane])) : result",
                "x[lane] < LeastNormalExponent ? result.WithElement(lane, 0) : result")),
        .. SourceMutant.In(
            "reference/Tint.Reference/Exact/ExactTint.cs",
            "Tint.Reference.Tests:ExactTintTests",
            ("exact.sgd-first-gradient",
                "Plain SGD subtracts the first step's gradient in every step.",
                "Trained(Backward(forward, trace))",
                "Trained(Backward(Forward(Weights, sequence, 0, null), trace))")),
        .. SourceMutant.In(
            "reference/Tint.Reference/Exact/ExactLoss.cs",
            "Tint.Reference.Tests:ExactLossTests",
            ("exact.first-block-of-positions",
                "Where logits are made a block of positions at a time, only the first block counts.",
                "trained.Chunk(Math.Max(1, LogitBudget / embedding.RowCount))",
                "trained.Chunk(Math.Max(1, LogitBudget / embedding.RowCount)).Take(1)")),
    ];
}
