using System.Globalization;
using System.Text;

namespace Tint.Verification.Past;

/// <summary>Writes the sizes and the results as a page of Markdown.</summary>
internal static class PastMarkdown
{
    private const string Head = """
        # Earlier constructions, and the same with TinT's modules

        Transformers had been set by hand to learn while they run before TinT, on smaller tasks. Here they stand beside it, on the task that they share: examples (x_i, y_i) of a linear function of d numbers, weights that start at 0, and steps of gradient descent on Σ ½(⟨w, x_i⟩ − y_i)². Each is written in
        this project's primitives ([folder](Tint.Verification/Past)), runs as a literal transformer whose every weight can be printed, and is held to plain gradient descent in loops. `tint past` runs them on any task and counts them; this page is written by `tint past --markdown verification/past.md --svg verification/past.svg`.

        **von Oswald et al.** ([code](Tint.Verification/Past/OswaldConstruction.cs)). Tokens (x_i, y_i); one layer of linear attention with keys and queries x and values −η y is one step on all examples: y_j loses η Σ_i y_i⟨x_i, x_j⟩, which is what the prediction at x_j gains. The weights w are nowhere: y's row holds residuals.
        The cheapest of all, for a linear function and a loss of squares alone. *Read*: `google-research/self-organising-systems`, `transformers_learn_icl_by_gd/src/attn.py` and `src/transformer.py` (attention without softmax, the query's token asked by none, the prediction read with its sign turned), and copies of the notebooks' `create_weights`,
        whose blocks these are: identity on x in query and key, (w₀, −1) in the value, η/n on y behind it. Here w₀ = 0, η is of the sum, and the factor stands in the value.

        **Akyürek et al.** ([code](Tint.Verification/Past/AkyurekConstruction.cs)). Columns x_1, y_1, x_2, …; layers that each move rows between columns, multiply rows or add them up; at every y_i the weights, which stand in rows of the column, take a step on that example. *Read*: the abstract, and
        `google-research/google-research`, `incontext/README.md` with the list of its files, which train models and hold no construction. What the primitives are called (mov, mul, div, aff), a constant number of layers a step and O(d) rows are remembered of the paper's text, which could not be read here; the rows and the order of layers are our reading. No step needs div.
        The authors' layers are softmax attention and MLPs; ours are exact linear attention, one a primitive.

        **Giannou et al.** ([code](Tint.Verification/Past/GiannouConstruction.cs)). One block of layers in a loop: a scratchpad column with weights and a pointer, memory columns with an address each; a turn reads the example that the pointer names, takes a step, moves the pointer. Depth does not grow with the number of steps.
        *Read*: the abstract (13 layers, looped), and `jysohn1108/Looped-Transformer`, `README.md` and `subleq.py` (reading by pointer and address, scratchpad, an indicator of its column, the program counter). The public code runs programs of SUBLEQ, none of which is gradient descent, and the paper's text on SGD could not be read here: the loop body is our reading of the manner, without the
        instructions' decoding. Addresses are one-hot (n + 1 rows each for an address, the pointer and the next one) and exact, the authors' are binary (log n rows) and read by a softmax of large scores.

        **TinT's modules** ([linear](Tint.Verification/Past/TintRegression.cs), [MLP](Tint.Verification/Past/TintMlp.cs)). W lies in prefixes; LinearForward, a residual connection that takes y away, LinearDescent: a step on all examples. It costs more than von Oswald's layer, and buys what that lacks: weights of any matrix that can be composed with other modules, so that
        an MLP of two layers is five modules more and no new idea. Only σ′ is a finite difference (central here), within its certificate. D = d, and K is the largest that the shape admits.

        ## Sizes

        *Parameters* are those that one step runs through: of the first three, dense matrices [width × width] for query, key, value and output of each layer; of TinT's modules, their tensors as counted everywhere (C27), and the loads of the prefixes. Those that share weights need no more for further steps.


        """;

    /// <summary>The page.</summary>
    public static string Render(PastDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var page = new StringBuilder(Head);
        page.Append(CultureInfo.InvariantCulture, $"n = {document.Examples} examples.\n\n![Parameters of a step and width of each construction against d](past.svg)\n\n");
        Row(page, ["construction", "a step is on", .. PastDocument.Dimensions.Select(static d => $"d = {d}"), "of d"]);
        Row(page, ["---", "---", .. PastDocument.Dimensions.Select(static _ => "---:"), "---"]);
        foreach (var group in document.Sizes.GroupBy(static row => row.Construction))
        {
            Row(page, [$"{group.Key}: parameters", Examples(group.First()), .. group.Select(static row => Count(row.ParametersOfStep)), Formula(group.Select(static row => (row.Dimension, (double)row.ParametersOfStep)))]);
            Row(page, ["width × heads", string.Empty, .. group.Select(static row => $"{row.Width} × {row.Heads}"), $"{Factor(group.Select(static row => (row.Dimension, (double)row.Width)))} × {Factor(group.Select(static row => (row.Dimension, (double)row.Heads)))}"]);
            Row(page, ["positions, layers a step", group.First().SharesWeights ? "steps share weights" : "every step has its own", .. group.Select(static row => $"{row.Positions}, {row.LayersOfStep}"), Formula(group.Select(static row => (row.Dimension, (double)row.Positions)))]);
        }

        page.Append("\nThe last column is the polynomial in d, with this n, on which all of its row lie; TinT's K is d/4. Of d and n together, widths are d + 1, 3d + 2, 3d + 3n + 6 and d(d/K + 1).\n\n");
        page.Append(CultureInfo.InvariantCulture, $"## Beside plain gradient descent\n\nd = {document.Dimension}, n = {document.Examples}, {document.Steps} steps (Akyürek et al.: one on each example), drawn from seed {document.Seed}.\n\n");
        Row(page, "construction", "compared", "plain descent", "error", "bound");
        Row(page, "---", "---", "---:", "---:", "---:");
        foreach (var check in document.Checks)
        {
            Row(page, check.Construction, check.Compares, Number(check.Expected, "0.000000"), Number(check.Error, "0.0e+0"), Number(check.Bound, "0.0e+0"));
        }

        return page.ToString();
    }

    /// <summary>The examples of a step, in words.</summary>
    public static string Examples(PastRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.ExamplesOfStep == 1 ? "one example" : "all examples";
    }

    /// <summary>The polynomial in d of degree two or less on which all sizes lie, as "4d² + 8d + 4"; "–" where they lie on none.</summary>
    public static string Formula(IEnumerable<(int Dimension, double Size)> sizes)
    {
        var points = sizes.ToArray();
        if (points.Length < 4)
        {
            return "–";
        }

        // Newton's divided differences of the first three; the others are what shows that it is the polynomial.
        double Slope(int i, int j) => (points[j].Size - points[i].Size) / (points[j].Dimension - points[i].Dimension);
        var square = (Slope(1, 2) - Slope(0, 1)) / (points[2].Dimension - points[0].Dimension);
        var linear = Slope(0, 1) - (square * (points[0].Dimension + points[1].Dimension));
        var constant = points[0].Size - (((square * points[0].Dimension) + linear) * points[0].Dimension);
        var liesOnIt = points.All(point => Math.Abs((((square * point.Dimension) + linear) * point.Dimension) + constant - point.Size) <= 1e-9 * Math.Abs(point.Size));
        var terms = new[] { (square, "d²"), (linear, "d"), (constant, string.Empty) }
            .Select(static term => (Math.Round(term.Item1, 6), term.Item2)).Where(static term => term.Item1 != 0).Select(Term).DefaultIfEmpty("0");
        return liesOnIt ? string.Join(" + ", terms).Replace("+ −", "− ", StringComparison.Ordinal) : "–";
    }

    private static string Factor(IEnumerable<(int Dimension, double Size)> sizes) => Formula(sizes) is var formula && formula.Contains(' ', StringComparison.Ordinal) ? $"({formula})" : formula;

    private static string Term((double Coefficient, string Power) term)
    {
        var size = Math.Abs(term.Coefficient);
        return (term.Coefficient < 0 ? "−" : string.Empty) + (size == 1 && term.Power.Length > 0 ? string.Empty : Number(size, "#,##0.######")) + term.Power;
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static void Row(StringBuilder page, params IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
