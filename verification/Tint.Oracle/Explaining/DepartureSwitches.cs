using Tint.Reference.Configuration;

namespace Tint.Oracle.Explaining;

/// <summary>The departures of the published code, each switched over alone, and all of them.</summary>
internal static class DepartureSwitches
{
    /// <summary>What an implementation computes that has one switch the other way round.</summary>
    public static IReadOnlyList<(string Name, string Sentence, Departures Departures)> Of(Departures own) =>
    [
        (
            "departure.V3",
            own.GateLeak ? "Every gate is 1: the gate leak of the published code (V3) is left out." : "Gates leak as in the published code (V3), where they are meant to be 1.",
            own with { GateLeak = !own.GateLeak }),
        (
            "departure.V4",
            own.LastPositionUnmasked
                ? "The last position's loss gradient is masked, where the published code keeps it (V4)."
                : "The last position's loss gradient is kept, as in the published code (V4).",
            own with { LastPositionUnmasked = !own.LastPositionUnmasked }),
        (
            "departure.V5",
            own.DenseLayerNormDescent ? "LayerNorm's weight stays diagonal, where the published code updates all of it (V5)." : "LayerNorm's weight becomes dense, as in the published code (V5).",
            own with { DenseLayerNormDescent = !own.DenseLayerNormDescent }),
        ("departures", own == Departures.Paper ? "Everything is as in the published code." : "The paper's intent: all departures of the published code are left out.", own == Departures.Paper ? Departures.Published : Departures.Paper),
    ];
}
