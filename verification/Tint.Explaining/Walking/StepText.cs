using System.Globalization;
using Tint.Explaining.Layers;
using Tint.Reference.Materialised;

namespace Tint.Explaining.Walking;

/// <summary>What a layer does, in a sentence.</summary>
/// <param name="width">D.</param>
internal sealed class StepText(int width)
{
    /// <summary>The sentence.</summary>
    public string Of(TransformerLayer layer, LayerRun run, Func<string, string> called) => layer.Kind switch
    {
        "attention" => Attention(layer, run.Attention!),
        "mix_heads" => "A mixing of heads: each coordinate of a head is a sum over heads, with the same weights at every coordinate.",
        "map_heads" => "A linear map inside each head.",
        "normalise" => string.Create(
            CultureInfo.InvariantCulture,
            $"TinT's own normalisation: the mean of the first {Setting(layer, "columns")} coordinates is subtracted, and the root of their variance divides."),
        "gate_features" => string.Create(
            CultureInfo.InvariantCulture,
            $"A gate by coordinate: the first {Setting(layer, "columns")} are {Number(layer, "weight")}·new + {Rest(layer)}·old, all others stay."),
        "gate_positions" => $"{Gate(run.Gate!.Value)}, where old is {called(layer.Inputs[0])} and new is {called(layer.Inputs[1])}.",
        "activate" => "TinT's own activation, at every coordinate.",
        "subtract" => $"A residual connection with the sign turned: {called(layer.Inputs[0])} less {called(layer.Inputs[1])}.",
        "add" => $"The sum of {called(layer.Inputs[0])} and {called(layer.Inputs[1])}.",
        "carry_tokens" => Carry(layer, called),
        "join" => $"Prefixes of {called(layer.Inputs[0])}, tokens of {called(layer.Inputs[1])}.",
        "empty_tokens" => "Tokens are emptied.",
        "keep_diagonal" => "A gate by coordinate and prefix: of each weight row its diagonal entry alone stays.",
        _ => throw new InvalidOperationException($"no layer is called {layer.Kind}"),
    };

    private static object Setting(TransformerLayer layer, string name) => LayerReader.Setting(layer, name)!;

    private static string Number(TransformerLayer layer, string name) => Text((double)Setting(layer, name));

    private static string Rest(TransformerLayer layer) => Text(1 - (double)Setting(layer, "weight"));

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Gate((double OldPrefix, double NewPrefix, double OldToken, double NewToken) gate) =>
        $"A gate by position: prefixes become {Sum(gate.OldPrefix, gate.NewPrefix)}, tokens {Sum(gate.OldToken, gate.NewToken)}";

    private static string Sum(double old, double @new) => (old, @new) switch
    {
        (1, 0) => "old",
        (0, 1) => "new",
        (1, 1) => "old + new",
        _ => $"{Text(old)}·old + {Text(@new)}·new",
    };

    private string Carry(TransformerLayer layer, Func<string, string> called)
    {
        var (from, to, count) = ((int)Setting(layer, "from") / width, (int)Setting(layer, "to") / width, (int)Setting(layer, "columns") / width);
        string Slots(int first) => count == 1
            ? string.Create(CultureInfo.InvariantCulture, $"slot {first}")
            : string.Create(CultureInfo.InvariantCulture, $"slots {first}…{first + count - 1}");
        return from == to
            ? $"A residual connection keeps {Slots(from)} of the tokens of {called(layer.Inputs[1])}."
            : $"A residual connection brings {Slots(from)} of the tokens of {called(layer.Inputs[1])} to {Slots(to)}.";
    }

    private static string Attention(TransformerLayer layer, AttentionRun run)
    {
        var heads = string.Create(CultureInfo.InvariantCulture, $"{run.Maps.HeadCount} heads, {run.Maps.HeadSize} wide");
        if (!run.IsSoftmax)
        {
            var who = (string)Setting(layer, "mask") switch
            {
                "tokens_to_prefixes" => "Tokens ask, prefixes answer",
                "prefixes_to_trained_tokens" => "Prefixes ask, trained tokens answer",
                "tokens_to_themselves" => "Every token asks and answers itself",
                "causal" => "Every position asks, it and earlier ones answer",
                var other => throw LayerReader.Unknown(other),
            };
            if (run.Scores is not null)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Softmax attention over positions and twins, {heads}. {who}, and beside each its twin, with −key and −value: one softmax over P = {run.Pairs} such pairs, of scores divided by M. The output mixing multiplies by P·M.");
            }

            return $"Linear attention, {heads}. {who}: each receives Σ ⟨query, key⟩·value, with no softmax, and the output mixing adds up.";
        }

        var seen = (string)Setting(layer, "mask") switch
        {
            ModuleLayers.EarlierTokens => "itself and earlier tokens",
            ModuleLayers.CountedTargets => "the first token and the targets that count",
            ModuleLayers.AllTokens => "all tokens",
            var other => throw LayerReader.Unknown(other),
        };
        return run.Asking
            ? $"Softmax attention, {heads}, scores times {Number(layer, "scale")}. Every token sees {seen}."
            : $"Softmax attention, {heads}, scores times {Number(layer, "scale")}, transposed behind the softmax: the share of its attention that token i gave to token j in the forward pass, j now receives of what i holds.";
    }
}
