using System.Globalization;
using Tint.Explaining.Walking;
using Tint.Verification.Reports.Page;

namespace Tint.Explaining.Page;

/// <summary>Tables of states and sums.</summary>
internal static class StateTables
{
    /// <summary>States, a row for each slot that is not zero.</summary>
    public static Markup Of(string title, StateTable states, int width)
    {
        var table = new Markup().Line($"<div class=\"scroll\"><table class=\"states\"><tr><th>{title}</th>");
        for (var column = 0; column < width; column++)
        {
            table.Line($"<th>{column}</th>");
        }

        table.Raw("</tr>\n");
        foreach (var (row, slot) in states.Rows.SelectMany(static row => row.Slots.Select(slot => (row, slot))))
        {
            table.Line($"<tr><td><span class=\"who\">{row.Position}, slot {slot.Slot}</span> {slot.Name ?? string.Empty}</td>")
                .Raw(string.Concat(slot.Values.Select(static value => $"<td>{PageNumber.Of(value)}</td>")))
                .Raw("</tr>\n");
        }

        return table.Raw("</table></div>\n");
    }

    /// <summary>One number by hand.</summary>
    public static Markup Of(HandSum hand, bool isSoftmax)
    {
        var table = new Markup()
            .Line($"<h3>By hand: {hand.Position}, slot {hand.Slot}, coordinate {hand.Coordinate}</h3>")
            .Raw("<div class=\"scroll\"><table class=\"states\"><tr><th>head, from</th><th>query</th><th>key</th>")
            .Line($"<th>{(isSoftmax ? "share" : "score")}</th><th>× value</th><th>=</th></tr>");
        foreach (var part in hand.Contributions)
        {
            var used = part.Query.Zip(part.Key).Select(static (pair, index) => pair.First != 0 || pair.Second != 0 ? index + 1 : 0).Max();
            table.Line($"<tr><td>{part.Head.ToString(CultureInfo.InvariantCulture)}, {part.From}</td><td>{PageNumber.Tuple(part.Query.Take(used))}</td><td>{PageNumber.Tuple(part.Key.Take(used))}</td>")
                .Line($"<td>{PageNumber.Of(part.Weight)}</td><td>{PageNumber.Of(part.Value)}</td><td>{PageNumber.Of(part.Product)}</td></tr>");
        }

        return table.Line($"<tr class=\"sum\"><td>sum</td><td></td><td></td><td></td><td></td><td>{PageNumber.Of(hand.Total)}</td></tr>").Raw("</table></div>\n");
    }
}
