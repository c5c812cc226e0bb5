namespace Tint.Mutation.Faults;

/// <summary>Rounding bounds that promise too much, or too little to say anything.</summary>
internal static class RoundingFaults
{
    private const string BothSides = "Tint.Reference.Tests:BothSidesTests";

    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        .. SourceMutant.In(
            "reference/Tint.Reference/Rounding/RoundingModel.cs",
            BothSides,
            ("rounding.exponent-at-a-fortieth",
                "The exponent of a softmax is charged a fortieth of its roundings.",
                "4 * UnitRoundoff * (Math.Abs(scale * x)",
                "0.1 * UnitRoundoff * (Math.Abs(scale * x)"),
            ("rounding.exponent-a-hundred-times",
                "The exponent of a softmax is charged 100 times its roundings.",
                "4 * UnitRoundoff * (Math.Abs(scale * x)",
                "400 * UnitRoundoff * (Math.Abs(scale * x)")),
        .. SourceMutant.In(
            "reference/Tint.Reference/Primitives/Arithmetic.cs",
            BothSides,
            ("rounding.replace-difference-dropped",
                "x + (m − x) is not charged the rounding of m − x.",
                "UnitRoundoff * Math.Abs(value.At(i, j) - x.Value.At(i, j))",
                "0"),
            ("rounding.replace-thousand-times",
                "x + (m − x) is charged 1000 times the rounding of m − x.",
                "UnitRoundoff * Math.Abs(value.At(i, j) - x.Value.At(i, j))",
                "1000 * UnitRoundoff * Math.Abs(value.At(i, j) - x.Value.At(i, j))")),
        .. SourceMutant.In(
            "reference/Tint.Reference/Rounding/RoundingModel.cs",
            BothSides,
            ("rounding.sum-not-rounded",
                "A residual connection is not charged its own rounding.",
                "UnitRoundoff * Math.Abs(sum.At(i, j))",
                "0")),
        .. SourceMutant.In(
            "reference/Tint.Reference/Modules/Loss/ReportedLoss.cs",
            BothSides,
            ("rounding.reported-loss-thousand-times",
                "The reported loss is charged 1000 times its roundings.",
                "_error[t] + (_logits.Error?.At(t, label) ?? 0), rounding)",
                "_error[t] + (_logits.Error?.At(t, label) ?? 0), 1000 * rounding)"),
            ("rounding.reported-loss-thousandth",
                "The reported loss is charged a thousandth of its roundings.",
                "_error[t] + (_logits.Error?.At(t, label) ?? 0), rounding)",
                "_error[t] + (_logits.Error?.At(t, label) ?? 0), rounding / 1000)"),
            ("rounding.reported-loss-without-logits",
                "The reported loss is not charged the errors of its logits.",
                "_error[t] + (_logits.Error?.At(t, label) ?? 0), rounding)",
                "0, rounding)")),
    ];
}
