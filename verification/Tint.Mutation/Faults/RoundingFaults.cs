namespace Tint.Mutation.Faults;

/// <summary>Rounding bounds that promise too much, or too little to say anything.</summary>
internal static class RoundingFaults
{
    private const string BothSides = "Tint.Reference.Tests:BothSidesTests";

    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        new()
        {
            Name = "rounding.exponent-at-a-fortieth",
            Fault = "The exponent of a softmax is charged a fortieth of its roundings.",
            File = "reference/Tint.Reference/Rounding/RoundingModel.cs",
            Original = "4 * UnitRoundoff * (Math.Abs(scale * x)",
            Replacement = "0.1 * UnitRoundoff * (Math.Abs(scale * x)",
            SeenBy = BothSides,
        },
        new()
        {
            Name = "rounding.exponent-a-hundred-times",
            Fault = "The exponent of a softmax is charged 100 times its roundings.",
            File = "reference/Tint.Reference/Rounding/RoundingModel.cs",
            Original = "4 * UnitRoundoff * (Math.Abs(scale * x)",
            Replacement = "400 * UnitRoundoff * (Math.Abs(scale * x)",
            SeenBy = BothSides,
        },
        new()
        {
            Name = "rounding.replace-difference-dropped",
            Fault = "x + (m − x) is not charged the rounding of m − x.",
            File = "reference/Tint.Reference/Primitives/Arithmetic.cs",
            Original = "UnitRoundoff * Math.Abs(value.At(i, j) - x.Value.At(i, j))",
            Replacement = "0",
            SeenBy = BothSides,
        },
        new()
        {
            Name = "rounding.replace-thousand-times",
            Fault = "x + (m − x) is charged 1000 times the rounding of m − x.",
            File = "reference/Tint.Reference/Primitives/Arithmetic.cs",
            Original = "UnitRoundoff * Math.Abs(value.At(i, j) - x.Value.At(i, j))",
            Replacement = "1000 * UnitRoundoff * Math.Abs(value.At(i, j) - x.Value.At(i, j))",
            SeenBy = BothSides,
        },
        new()
        {
            Name = "rounding.sum-not-rounded",
            Fault = "A residual connection is not charged its own rounding.",
            File = "reference/Tint.Reference/Rounding/RoundingModel.cs",
            Original = "UnitRoundoff * Math.Abs(sum.At(i, j))",
            Replacement = "0",
            SeenBy = BothSides,
        },
        new()
        {
            Name = "rounding.reported-loss-thousand-times",
            Fault = "The reported loss is charged 1000 times its roundings.",
            File = "reference/Tint.Reference/Modules/Loss/ReportedLoss.cs",
            Original = "_error[t] + (_logits.Error?.At(t, label) ?? 0), rounding)",
            Replacement = "_error[t] + (_logits.Error?.At(t, label) ?? 0), 1000 * rounding)",
            SeenBy = BothSides,
        },
        new()
        {
            Name = "rounding.reported-loss-thousandth",
            Fault = "The reported loss is charged a thousandth of its roundings.",
            File = "reference/Tint.Reference/Modules/Loss/ReportedLoss.cs",
            Original = "_error[t] + (_logits.Error?.At(t, label) ?? 0), rounding)",
            Replacement = "_error[t] + (_logits.Error?.At(t, label) ?? 0), rounding / 1000)",
            SeenBy = BothSides,
        },
        new()
        {
            Name = "rounding.reported-loss-without-logits",
            Fault = "The reported loss is not charged the errors of its logits.",
            File = "reference/Tint.Reference/Modules/Loss/ReportedLoss.cs",
            Original = "_error[t] + (_logits.Error?.At(t, label) ?? 0), rounding)",
            Replacement = "0, rounding)",
            SeenBy = BothSides,
        },
    ];
}
