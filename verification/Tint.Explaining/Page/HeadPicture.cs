using System.Globalization;
using System.Text;
using Tint.Explaining.Walking;
using Tint.Verification.Reports.Page;

namespace Tint.Explaining.Page;

/// <summary>
/// A layer drawn from its weights: a line for every entry that is not zero, from the coordinate that is read to the one that is written, in the colour of the slot that it comes from
/// or goes to. Dashed lines have a weight other than 1.
/// </summary>
internal sealed class HeadPicture
{
    private const int Unit = 15;
    private const int Left = 8;
    private const int SlotHeight = 20;
    private const int HeadHeight = 27;
    private const int Wires = 44;
    private const int TitleHeight = 18;
    private const int LetterWidth = 6;

    private readonly int _width;
    private readonly int _size;
    private readonly StringBuilder _svg = new();
    private int _y;

    private HeadPicture(int width, int size) => (_width, _size) = (width, size);

    /// <summary>The picture of a step's matrices.</summary>
    /// <param name="step">The step.</param>
    /// <param name="width">D.</param>
    /// <param name="size">D_sim.</param>
    /// <param name="module">The module, for those who hear the page.</param>
    public static Markup Draw(WalkStep step, int width, int size, string module)
    {
        var picture = new HeadPicture(width, size);
        foreach (var matrix in step.Matrices)
        {
            picture.Panel(matrix);
        }

        var box = string.Create(CultureInfo.InvariantCulture, $"0 0 {(2 * Left) + (size * Unit)} {picture._y}");
        return new Markup()
            .Line($"<figure><svg viewBox=\"{box}\" role=\"img\" aria-label=\"{module}, step {step.Number}: what each head reads, and where it writes\">")
            .Raw(picture._svg.ToString())
            .Line($"</svg><figcaption>{Prose.Of(Caption(step))}</figcaption></figure>");
    }

    private static string Caption(WalkStep step) => step.Heads.Count == 0
        ? "The map, entry by entry, the same at every position; dashed where an entry is not 1."
        : "Drawn from the weights that the module writes out: a line for each entry that is not zero, dashed where it is not 1."
            + (step.Matrices.Any(static matrix => matrix.Positions.Count > 0) ? " e_k: prefix k is given its own one-hot; e_0: the address of prefix 0." : string.Empty);

    private void Panel(WeightMatrix matrix)
    {
        var isMap = matrix.Name == "map";
        Text(Left, _y + 12, Title(matrix), "title");
        _y += TitleHeight;
        var top = _y;
        if (matrix.Name == "output")
        {
            Heads(matrix, top, [.. matrix.Entries.Select(entry => entry.From / matrix.HeadSize)]);
            Lines(matrix, top + HeadHeight, entry => entry.To / _width);
            Slots(matrix.Slots, top + HeadHeight + Wires);
            _y = top + HeadHeight + Wires + SlotHeight + 10;
            return;
        }

        Slots(matrix.Slots, top);
        Lines(matrix, top + SlotHeight, entry => entry.From / _width);
        if (isMap)
        {
            Slots(matrix.Written, top + SlotHeight + Wires);
        }
        else
        {
            Heads(matrix, top + SlotHeight + Wires, [.. matrix.Entries.Select(entry => entry.To / matrix.HeadSize), .. matrix.Positions.Keys]);
        }

        _y = top + SlotHeight + Wires + (isMap ? SlotHeight : HeadHeight) + 10;
    }

    private static string Title(WeightMatrix matrix)
    {
        var factors = matrix.Entries.Select(static entry => entry.Weight).Where(static weight => weight != 1).Distinct().ToArray();
        var weights = factors.Length == 0 ? string.Empty : $" (dashed: times {string.Join(", ", factors.Select(PageNumber.Of))})";
        return matrix.Name switch
        {
            "map" => $"slots → slots{weights}",
            "output" => $"output: heads → slots of the {matrix.Whose}{weights}",
            _ => $"{matrix.Name}: slots of the {matrix.Whose} → heads{weights}",
        };
    }

    private void Slots(IReadOnlyList<string?> names, int y)
    {
        for (var slot = 0; slot < names.Count; slot++)
        {
            var (x, wide) = (Left + (slot * _width * Unit), (_width * Unit) - 4);
            Rectangle("cell", x, y, wide, SlotHeight);
            if (names[slot] is not null)
            {
                Rectangle($"tint f{slot % 4}", x, y, wide, SlotHeight);
            }

            Text(x + (wide / 2), y + 14, Fitting(names[slot] switch { null => "–", "" => "…", var name => name.Split(" = ")[0] }, wide), "mid");
        }
    }

    private static string Fitting(string name, int wide) => name.Length * LetterWidth <= wide ? name : name[..((wide / LetterWidth) - 1)] + "…";

    private void Heads(WeightMatrix matrix, int y, HashSet<int> used)
    {
        for (var head = 0; head < _size / matrix.HeadSize; head++)
        {
            var (x, wide) = (Left + (head * matrix.HeadSize * Unit), (matrix.HeadSize * Unit) - 2);
            Rectangle("head", x, y, wide, HeadHeight);
            if (used.Contains(head))
            {
                Text(x + (wide / 2), y + 11, head.ToString(CultureInfo.InvariantCulture), "mid small label");
            }

            if (matrix.Positions.TryGetValue(head, out var position))
            {
                Text(x + (wide / 2), y + 22, position, "mid small");
            }
        }
    }

    private void Lines(WeightMatrix matrix, int y, Func<WeightEntry, int> slot)
    {
        foreach (var group in matrix.Entries.GroupBy(entry => (Slot: slot(entry), IsFactor: entry.Weight != 1)))
        {
            _svg.Append(CultureInfo.InvariantCulture, $"<path class=\"wire c{group.Key.Slot % 4}{(group.Key.IsFactor ? " factor" : string.Empty)}\" d=\"");
            foreach (var entry in group)
            {
                _svg.Append(CultureInfo.InvariantCulture, $"M{Middle(entry.From)} {y}L{Middle(entry.To)} {y + Wires}");
            }

            _svg.Append("\"/>\n");
        }
    }

    private static int Middle(int coordinate) => Left + (coordinate * Unit) + (Unit / 2) - 1;

    private void Rectangle(string style, int x, int y, int wide, int high) =>
        _svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{style}\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" rx=\"3\"/>\n");

    private void Text(int x, int y, string words, string style) =>
        _svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x}\" y=\"{y}\">").Append(Prose.InPicture(words)).Append("</text>\n");
}
