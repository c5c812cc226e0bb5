namespace Tint.Mutation.Faults;

/// <summary>Certificates that promise too much, or too little to say anything.</summary>
internal static class CertificateFaults
{
    private const string Certificates = "reference/Tint.Reference/Certificates";
    private const string Terms = "Tint.Reference.Tests:CertificateTermTests";
    private const string Tightness = "Tint.Verification.Tests:CertificateTightnessTests";

    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        new()
        {
            Name = "chain.query-dropped",
            Fault = "The composed chain through attention leaves out the queries' part of the score path.",
            File = $"{Certificates}/CertificateChain.cs",
            Original = "Map(norms.Query * queries.PointwiseMultiply(RowErrors))",
            Replacement = "Map(0 * queries.PointwiseMultiply(RowErrors))",
            SeenBy = Terms,
        },
        new()
        {
            Name = "chain.key-dropped",
            Fault = "The composed chain through attention leaves out the keys' part of the score path.",
            File = $"{Certificates}/CertificateChain.cs",
            Original = "((norms.Value * values) + (norms.Key * keys))",
            Replacement = "(norms.Value * values)",
            SeenBy = Terms,
        },
        new()
        {
            Name = "chain.drift-dropped",
            Fault = "The composed chain through attention leaves out what other stored weights do to the gradient of the values.",
            File = $"{Certificates}/ModuleCertifier.cs",
            Original = "AttentionCertificate.Drift(heads, attention.StoredWeights, g) + dropped",
            Replacement = "dropped",
            SeenBy = Terms,
        },
        new()
        {
            Name = "chain.linear-leak-dropped",
            Fault = "The composed chain through a linear layer leaves out its gate.",
            File = $"{Certificates}/ModuleCertifier.cs",
            Original = "_leak.Scaling(norm * size, 1) + (rounding * size)",
            Replacement = "rounding * size",
            SeenBy = Terms,
        },
        new()
        {
            Name = "chain.linear-rounding-dropped",
            Fault = "The composed chain through a linear layer leaves out the rounding of its sums.",
            File = $"{Certificates}/ModuleCertifier.cs",
            Original = "_leak.Scaling(norm * size, 1) + (rounding * size)",
            Replacement = "_leak.Scaling(norm * size, 1)",
            SeenBy = Terms,
        },
        new()
        {
            Name = "chain.activation-drift-dropped",
            Fault = "The composed chain through an activation leaves out the drift of its stored argument.",
            File = $"{Certificates}/ModuleCertifier.cs",
            Original = "\n            + ActivationCertificate.Drift(_kind, z, stored, g)",
            Replacement = string.Empty,
            SeenBy = Terms,
        },
        new()
        {
            Name = "chain.norm-rounding-dropped",
            Fault = "The composed chain through a normalisation leaves out the rounding of the scaled difference.",
            File = $"{Certificates}/ModuleCertifier.cs",
            Original = "\n            + (4 * LayerNormCertificate.Rounding(stored, u, _scale, _epsilon, FloatingPoint.Binary64, _stencil))",
            Replacement = string.Empty,
            SeenBy = Terms,
        },
        new()
        {
            Name = "chain.norm-drift-dropped",
            Fault = "The composed chain through a normalisation leaves out the drift of its stored input.",
            File = $"{Certificates}/ModuleCertifier.cs",
            Original = "\n            + LayerNormCertificate.Drift(x, stored, u, _epsilon)",
            Replacement = string.Empty,
            SeenBy = Terms,
        },
        new()
        {
            Name = "chain.hundred-times",
            Fault = "Every bound of the composed chain is 100 times as large.",
            File = $"{Certificates}/ModelCertificate.cs",
            Original = "CertificateChain.From(RowNorms.Of(simulated - truth))",
            Replacement = "CertificateChain.From(100 * RowNorms.Of(simulated - truth))",
            SeenBy = Tightness,
        },
        new()
        {
            Name = "chain.steps-hundred-times",
            Fault = "Every step of the composed chain makes its errors 100 times as large.",
            File = $"{Certificates}/CertificateChain.cs",
            Original = "rowErrors.Map(value => FloatingPoint.Up(value, rowErrors.Count))",
            Replacement = "rowErrors.Map(value => 100 * FloatingPoint.Up(value, rowErrors.Count))",
            SeenBy = "Tint.Reference.Tests:CertificateChainTests.Errors_pass_through_linear_maps_by_the_norm_and_add_up",
        },
        new()
        {
            Name = "chain.frobenius-hundred-times",
            Fault = "The norm of the composed chain's errors is 100 times as large.",
            File = $"{Certificates}/CertificateChain.cs",
            Original = "FrobeniusError => RowNorms.Upper(RowErrors)",
            Replacement = "FrobeniusError => 100 * RowNorms.Upper(RowErrors)",
            SeenBy = Tightness,
        },
        new()
        {
            Name = "chain.parameters-hundred-times",
            Fault = "The certificates of all parameters are 100 times as large.",
            File = $"{Certificates}/CertifiedBackward.cs",
            Original = "_bounds[$\"{linear.Place}.weight\"] = at.Chain.WeightGradient(at.Gradient, x, stored, mask);",
            Replacement = "_bounds[$\"{linear.Place}.weight\"] = 100 * at.Chain.WeightGradient(at.Gradient, x, stored, mask);",
            SeenBy = Tightness,
        },
        new()
        {
            Name = "chain.attention-rounding-thousand-times",
            Fault = "The rounding of attention in the composed chain is 1000 times as large.",
            File = $"{Certificates}/AttentionState.cs",
            Original = "return FloatingPoint.Binary64.Gamma((6L * tokens)",
            Replacement = "return 1000 * FloatingPoint.Binary64.Gamma((6L * tokens)",
            SeenBy = Terms,
        },
        new()
        {
            Name = "chain.attention-rounding-dropped",
            Fault = "The composed chain through attention's values leaves out their rounding.",
            File = $"{Certificates}/ModuleCertifier.cs",
            Original = "\n            + (share * attention.Rounding * spread)",
            Replacement = string.Empty,
            SeenBy = Terms,
        },
        new()
        {
            Name = "certificate.not-rounded-upward",
            Fault = "Formulas of bounds are evaluated to nearest and left so.",
            File = $"{Certificates}/FloatingPoint.cs",
            Original = "(value * (1 + Slack)) + double.Epsilon",
            Replacement = "value",
            SeenBy = "Tint.Reference.Tests:UpwardRoundingTests",
        },
        new()
        {
            Name = "certificate.not-rounded-downward",
            Fault = "Divisors in bounds are evaluated to nearest and left so.",
            File = $"{Certificates}/FloatingPoint.cs",
            Original = "=> value * (1 - Slack)",
            Replacement = "=> value",
            SeenBy = "Tint.Reference.Tests:UpwardRoundingTests",
        },
        new()
        {
            Name = "relu.no-room-for-rounding",
            Fault = "The bound of relu takes the computed z + g/N for the exact one.",
            File = $"{Certificates}/ReluCertificate.cs",
            Original = "FloatingPoint.Up(FloatingPoint.Binary64.Gamma(2) * (Math.Abs(moved) + Math.Abs(step)))",
            Replacement = "0.0",
            SeenBy = "Tint.Reference.Tests:UpwardRoundingTests",
        },
        new()
        {
            Name = "norm.least-deviation-without-slack",
            Fault = "The least s of a segment is taken as computed, without room for the rounding of the centring.",
            File = $"{Certificates}/NormalisationSegment.cs",
            Original = "Deviation(nearest - (FloatingPoint.Binary64.Gamma((6L * Width) + 20) * (InputNorm + StepNorm)))",
            Replacement = "Deviation(nearest)",
            SeenBy = "Tint.Reference.Tests:UpwardRoundingTests",
        },
    ];
}
