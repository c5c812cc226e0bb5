namespace Tint.Mutation.Faults;

/// <summary>Certificates that promise too much, or too little to say anything.</summary>
internal static class CertificateFaults
{
    private const string Certificates = "reference/Tint.Reference/Certificates";
    private const string Terms = "Tint.Reference.Tests:CertificateTermTests";
    private const string Tightness = "Tint.Verification.Tests:CertificateTightnessTests";

    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        .. SourceMutant.In(
            $"{Certificates}/CertificateChain.cs",
            Terms,
            ("chain.query-dropped",
                "The composed chain through attention leaves out the queries' part of the score path.",
                "Map(norms.Query * queries.PointwiseMultiply(RowErrors))",
                "Map(0 * queries.PointwiseMultiply(RowErrors))"),
            ("chain.key-dropped",
                "The composed chain through attention leaves out the keys' part of the score path.",
                "((norms.Value * values) + (norms.Key * keys))",
                "(norms.Value * values)")),
        .. SourceMutant.In(
            $"{Certificates}/ModuleCertifier.cs",
            Terms,
            ("chain.drift-dropped",
                "The composed chain through attention leaves out what other stored weights do to the gradient of the values.",
                "AttentionCertificate.Drift(heads, attention.StoredWeights, g) + dropped",
                "dropped"),
            ("chain.linear-leak-dropped",
                "The composed chain through a linear layer leaves out its gate.",
                "_leak.Scaling(norm * size, 1) + (rounding * size)",
                "rounding * size"),
            ("chain.linear-rounding-dropped",
                "The composed chain through a linear layer leaves out the rounding of its sums.",
                "_leak.Scaling(norm * size, 1) + (rounding * size)",
                "_leak.Scaling(norm * size, 1)"),
            ("chain.activation-drift-dropped",
                "The composed chain through an activation leaves out the drift of its stored argument.",
                "\n            + ActivationCertificate.Drift(_kind, z, stored, g)",
                string.Empty),
            ("chain.norm-rounding-dropped",
                "The composed chain through a normalisation leaves out the rounding of the scaled difference.",
                "\n            + (4 * LayerNormCertificate.Rounding(stored, u, _scale, _epsilon, FloatingPoint.Binary64, _stencil))",
                string.Empty),
            ("chain.norm-drift-dropped",
                "The composed chain through a normalisation leaves out the drift of its stored input.",
                "\n            + LayerNormCertificate.Drift(x, stored, u, _epsilon)",
                string.Empty)),
        .. SourceMutant.In(
            $"{Certificates}/ModelCertificate.cs",
            Tightness,
            ("chain.hundred-times",
                "Every bound of the composed chain is 100 times as large.",
                "CertificateChain.From(RowNorms.Of(simulated - truth))",
                "CertificateChain.From(100 * RowNorms.Of(simulated - truth))")),
        .. SourceMutant.In(
            $"{Certificates}/CertificateChain.cs",
            "Tint.Reference.Tests:CertificateChainTests.Errors_pass_through_linear_maps_by_the_norm_and_add_up",
            ("chain.steps-hundred-times",
                "Every step of the composed chain makes its errors 100 times as large.",
                "rowErrors.Map(value => FloatingPoint.Up(value, rowErrors.Count))",
                "rowErrors.Map(value => 100 * FloatingPoint.Up(value, rowErrors.Count))")),
        .. SourceMutant.In(
            $"{Certificates}/CertificateChain.cs",
            Tightness,
            ("chain.frobenius-hundred-times",
                "The norm of the composed chain's errors is 100 times as large.",
                "FrobeniusError => RowNorms.Upper(RowErrors)",
                "FrobeniusError => 100 * RowNorms.Upper(RowErrors)")),
        .. SourceMutant.In(
            $"{Certificates}/CertifiedBackward.cs",
            Tightness,
            ("chain.parameters-hundred-times",
                "The certificates of all parameters are 100 times as large.",
                "_bounds[$\"{linear.Place}.weight\"] = at.Chain.WeightGradient(at.Gradient, x, stored, mask);",
                "_bounds[$\"{linear.Place}.weight\"] = 100 * at.Chain.WeightGradient(at.Gradient, x, stored, mask);")),
        .. SourceMutant.In(
            $"{Certificates}/AttentionState.cs",
            Terms,
            ("chain.attention-rounding-thousand-times",
                "The rounding of attention in the composed chain is 1000 times as large.",
                "return FloatingPoint.Binary64.Gamma((6L * tokens)",
                "return 1000 * FloatingPoint.Binary64.Gamma((6L * tokens)")),
        .. SourceMutant.In(
            $"{Certificates}/ModuleCertifier.cs",
            Terms,
            ("chain.attention-rounding-dropped",
                "The composed chain through attention's values leaves out their rounding.",
                "\n            + (share * attention.Rounding * spread)",
                string.Empty)),
        .. SourceMutant.In(
            $"{Certificates}/FloatingPoint.cs",
            "Tint.Reference.Tests:UpwardRoundingTests",
            ("certificate.not-rounded-upward",
                "Formulas of bounds are evaluated to nearest and left so.",
                "(value * (1 + Slack)) + double.Epsilon",
                "value"),
            ("certificate.not-rounded-downward",
                "Divisors in bounds are evaluated to nearest and left so.",
                "=> value * (1 - Slack)",
                "=> value")),
        .. SourceMutant.In(
            $"{Certificates}/ReluCertificate.cs",
            "Tint.Reference.Tests:UpwardRoundingTests",
            ("relu.no-room-for-rounding",
                "The bound of relu takes the computed z + g/N for the exact one.",
                "FloatingPoint.Up(FloatingPoint.Binary64.Gamma(2) * (Math.Abs(moved) + Math.Abs(step)))",
                "0.0")),
        .. SourceMutant.In(
            $"{Certificates}/NormalisationSegment.cs",
            "Tint.Reference.Tests:UpwardRoundingTests",
            ("norm.least-deviation-without-slack",
                "The least s of a segment is taken as computed, without room for the rounding of the centring.",
                "Deviation(nearest - (FloatingPoint.Binary64.Gamma((6L * Width) + 20) * (InputNorm + StepNorm)))",
                "Deviation(nearest)")),
    ];
}
