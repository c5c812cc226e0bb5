namespace Tint.Mutation.Faults;

/// <summary>Judges that let everything pass.</summary>
internal static class JudgeFaults
{
    private const string Truth = "verification/Tint.Verification/Truth";
    private const string Tightness = "Tint.Verification.Tests:CertificateTightnessTests";

    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        new()
        {
            Name = "judge.attention-forward-thousand-times",
            Fault = "The certificate of attention's forward pass is 1000 times as large.",
            File = $"{Truth}/AttentionTruth.cs",
            Original = "var certificate = RowNorms.Of(moved) + RowNorms.Of(truth.Output).Map(size => inputs.Leak.Scaling(size, 2));",
            Replacement = "var certificate = 1000 * (RowNorms.Of(moved) + RowNorms.Of(truth.Output).Map(size => inputs.Leak.Scaling(size, 2)));",
            SeenBy = Tightness,
        },
        new()
        {
            Name = "judge.rounding-thousand-times",
            Fault = "The room for rounding beside a certificate is 1000 times as large.",
            File = $"{Truth}/TruthInputs.cs",
            Original = "moreRounding is null ? rounding : rounding + moreRounding",
            Replacement = "1000 * (moreRounding is null ? rounding : rounding + moreRounding)",
            SeenBy = Tightness,
        },
        new()
        {
            Name = "judge.gates-counted-a-thousand-times",
            Fault = "The certificate of a module behind gates counts a thousand of each.",
            File = $"{Truth}/TruthInputs.cs",
            Original = "Leak.Scaling(size, gates)",
            Replacement = "Leak.Scaling(size, 1000 * gates)",
            SeenBy = Tightness,
        },
    ];
}
