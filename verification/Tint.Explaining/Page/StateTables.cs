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
            table.Line($"<tr><td><span class=\"who\">{row.Position}, slot {slot.Slot}</span> {Prose.Of(slot.Name ?? string.Empty)}</td>")
                .Raw(string.Concat(slot.Values.Select(static value => $"<td>{PageNumber.Of(value)}</td>")))
                .Raw("</tr>\n");
        }

        return table.Raw("</table></div>\n");
    }

    /// <summary>One number by hand.</summary>
    public static Markup Of(HandSum hand, bool isSoftmax)
    {
        if (hand.Linear is { } linear)
        {
            return OverTwins(hand, linear);
        }

        var table = new Markup()
            .Line($"<h3>By hand: {hand.Position}, slot {hand.Slot}, coordinate {hand.Coordinate}</h3>")
            .Line($"<div class=\"scroll\"><table class=\"states\"><tr><th>head, from</th><th>query</th><th>key</th>{(isSoftmax ? new Markup().Raw("<th>score s</th><th>all that it saw</th>") : new Markup())}")
            .Line($"<th>{(isSoftmax ? "share" : "score")}</th><th>× value</th><th>=</th></tr>");
        foreach (var part in hand.Contributions)
        {
            table.Line($"<tr><td>{part.Head.ToString(CultureInfo.InvariantCulture)}, {part.From}</td><td>{PageNumber.Tuple(part.Query.Take(part.Used))}</td><td>{PageNumber.Tuple(part.Key.Take(part.Used))}</td>")
                .Add(part.Softmax is { } softmax ? new Markup().Line($"<td>{PageNumber.Of(softmax.Score)}</td><td>{PageNumber.Tuple(softmax.Seen)}</td>") : new Markup())
                .Line($"<td>{PageNumber.Of(part.Weight)}</td><td>{PageNumber.Of(part.Value)}</td><td>{PageNumber.Of(part.Product)}</td></tr>");
        }

        return table.Line($"<tr class=\"sum\"><td>sum</td>{new Markup().Raw(isSoftmax ? "<td></td><td></td>" : string.Empty)}<td></td><td></td><td></td><td></td><td>{PageNumber.Of(hand.Total)}</td></tr>")
            .Raw("</table></div>\n")
            .Raw(isSoftmax ? "<p class=\"soft\">s = ⟨query, key⟩ times the scale, and a bias where the form has one; share = e<sup>s</sup> over the sum of e<sup>s′</sup> for all scores s′ that the query saw.</p>\n" : string.Empty);
    }

    /// <summary>The same by softmax over positions and twins, beside linear attention.</summary>
    private static Markup OverTwins(HandSum hand, double linear)
    {
        var table = new Markup()
            .Line($"<h3>By hand: {hand.Position}, slot {hand.Slot}, coordinate {hand.Coordinate}</h3>")
            .Raw("<div class=\"scroll\"><table class=\"states\"><tr><th>head, from</th><th>s</th><th>share</th><th>twin’s</th>")
            .Raw("<th>φ</th><th>value</th><th>φ·value</th><th>s·value</th></tr>");
        foreach (var part in hand.Contributions)
        {
            var twins = part.Twins!;
            table.Line($"<tr><td>{part.Head.ToString(CultureInfo.InvariantCulture)}, {part.From}</td><td>{PageNumber.Of(twins.Score)}</td><td>{PageNumber.Of(twins.Share)}</td><td>{PageNumber.Of(twins.OfTwin)}</td>")
                .Line($"<td>{PageNumber.Of(part.Weight)}</td><td>{PageNumber.Of(part.Value)}</td><td>{PageNumber.Of(part.Product)}</td><td>{PageNumber.Of(twins.Score * part.Value)}</td></tr>");
        }

        return table.Line($"<tr class=\"sum\"><td>sum</td><td></td><td></td><td></td><td></td><td></td><td>{PageNumber.Of(hand.Total)}</td><td>{PageNumber.Of(linear)}</td></tr>")
            .Raw("</table></div>\n<p class=\"soft\">s = ⟨query, key⟩; φ = P·M·(share − twin’s) is what softmax has in its place; the last column is linear attention’s.</p>\n");
    }
}
