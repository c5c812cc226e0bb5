using System.Globalization;
using System.Text;
using Tint.Explaining.Walking;
using Tint.Verification.Reports.Page;

namespace Tint.Explaining.Page;

/// <summary>States drawn as what they are: positions below each other, slots side by side, numbers in them.</summary>
internal static class StatePicture
{
    private const int Left = 52;
    private const int SlotWidth = 82;
    private const int RowHeight = 24;
    private const int Top = 18;
    private const int MostLetters = 18;

    /// <summary>The picture.</summary>
    /// <param name="states">The states.</param>
    /// <param name="width">D.</param>
    /// <param name="slots">n + 1.</param>
    public static Markup Draw(StateTable states, int width, int slots)
    {
        var svg = new StringBuilder();
        for (var slot = 0; slot < slots; slot++)
        {
            Text(svg, Left + (slot * SlotWidth) + (SlotWidth / 2), 12, string.Create(CultureInfo.InvariantCulture, $"slot {slot}"), "mid");
        }

        foreach (var (index, row) in states.Rows.Index())
        {
            var y = Top + (index * RowHeight);
            Text(svg, 0, y + 14, row.Position, "label");
            for (var slot = 0; slot < slots; slot++)
            {
                var (x, held) = (Left + (slot * SlotWidth), row.Slots.FirstOrDefault(item => item.Slot == slot));
                Box(svg, "cell", x, y);
                if (held is not null)
                {
                    Box(svg, $"tint f{slot % 4}", x, y);
                    Text(svg, x + (SlotWidth / 2) - 1, y + 14, Fitting(held.Values), "mid tiny");
                }
            }
        }

        var box = string.Create(CultureInfo.InvariantCulture, $"0 0 {Left + (slots * SlotWidth)} {Top + (states.Rows.Count * RowHeight)}");
        return new Markup()
            .Line($"<figure><svg viewBox=\"{box}\" role=\"img\" aria-label=\"What prefixes and tokens hold, slot by slot, {width} coordinates each\">")
            .Raw(svg.ToString())
            .Raw("</svg><figcaption>The states that go into LinearForward: W and b in the prefixes, x in the tokens; an empty box is zero.</figcaption></figure>\n");
    }

    /// <summary>The numbers, or the first and the last where all have no room.</summary>
    private static string Fitting(IReadOnlyList<double> values)
    {
        var all = string.Join(' ', values.Select(PageNumber.Of));
        return all.Length <= MostLetters ? all : $"{PageNumber.Of(values[0])} … {PageNumber.Of(values[^1])}";
    }

    private static void Box(StringBuilder svg, string style, int x, int y) =>
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{style}\" x=\"{x}\" y=\"{y}\" width=\"{SlotWidth - 3}\" height=\"{RowHeight - 4}\" rx=\"3\"/>\n");

    private static void Text(StringBuilder svg, int x, int y, string words, string style) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x}\" y=\"{y}\">").Append(new Markup().Text(words)).Append("</text>\n");
}
