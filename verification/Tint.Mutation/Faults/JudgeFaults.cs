namespace Tint.Mutation.Faults;

/// <summary>Judges that let everything pass.</summary>
internal static class JudgeFaults
{
    private const string Truth = "verification/Tint.Verification/Truth";
    private const string Tightness = "Tint.Verification.Tests:CertificateTightnessTests";

    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        .. SourceMutant.In(
            $"{Truth}/AttentionTruth.cs",
            Tightness,
            ("judge.attention-forward-thousand-times",
                "The certificate of attention's forward pass is 1000 times as large.",
                "var certificate = RowNorms.Of(moved) + RowNorms.Of(truth.Output).Map(size => inputs.Leak.Scaling(size, 2));",
                "var certificate = 1000 * (RowNorms.Of(moved) + RowNorms.Of(truth.Output).Map(size => inputs.Leak.Scaling(size, 2)));")),
        .. SourceMutant.In(
            $"{Truth}/TruthInputs.cs",
            Tightness,
            ("judge.rounding-thousand-times",
                "The room for rounding beside a certificate is 1000 times as large.",
                "moreRounding is null ? rounding : rounding + moreRounding",
                "1000 * (moreRounding is null ? rounding : rounding + moreRounding)"),
            ("judge.gates-counted-a-thousand-times",
                "The certificate of a module behind gates counts a thousand of each.",
                "Leak.Scaling(size, gates)",
                "Leak.Scaling(size, 1000 * gates)")),
    ];
}
