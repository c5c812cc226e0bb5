using System.Globalization;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>
/// What a wrong tensor that no mistake explains has to do with the right one, row by row or column by column: factors, a number that is added, entries that are missing.
/// Of parameters it is asked of their updates.
/// </summary>
internal static class Structures
{
    // There are as many factors as rows, or columns, and this many equations for each at least.
    private const int FewestEach = 4;
    private const int MostListed = 8;

    /// <summary>Every structure that explains the tensor.</summary>
    /// <param name="test">The wrong tensor.</param>
    /// <param name="before">The parameter before the descent; null for signals.</param>
    public static IEnumerable<Explanation?> Run(ExplanationTest test, Tensor? before)
    {
        var shape = test.Reference.Shape;
        if (shape.Count < 2)
        {
            yield break;
        }

        var (width, count) = (shape[^1], test.Reference.Values.Length);
        double Start(int i) => before?.Values[i] ?? 0;
        double Right(int i) => test.Reference.Values[i] - Start(i);
        double Yours(int i) => test.Yours.Values[i] - Start(i);
        Explanation? Try(string name, string sentence, Func<int, double> of) =>
            test.Try(name, sentence, new Tensor(shape, [.. Enumerable.Range(0, count).Select(i => Start(i) + of(i))])) is { IsWithinRounding: true } explanation
                ? explanation with { IsFitted = true }
                : null;

        var (update, row, column) = before is null ? (string.Empty, "token", "coordinate") : (" of the update", "row", "column");
        if (width >= FewestEach)
        {
            var rows = Factors(count / width, i => i / width);
            yield return Try("residual.factor-by-row", $"Each {row}{update} is a number times the reference's: {Listed(rows)}.", i => rows[i / width] * Right(i));
            double[] added = [.. Enumerable.Range(0, count / width).Select(r => Enumerable.Range(r * width, width).Average(i => Yours(i) - Right(i)))];
            yield return Try("residual.same-number", $"The same number is added at every {column} of a {row}{update}: {Listed(added)}.", i => Right(i) + added[i / width]);
        }

        if (count / width >= FewestEach)
        {
            var columns = Factors(width, i => i % width);
            yield return Try("residual.factor-by-column", $"Each {column}{update} is a number times the reference's: {Listed(columns)}.", i => columns[i % width] * Right(i));
        }

        double[] kept = [.. Enumerable.Range(0, count).Where(i => Yours(i) != 0 && Right(i) != 0).Select(i => Yours(i) / Right(i)).Order()];
        if (kept.Length > 0 && kept.Length < count)
        {
            var factor = kept[kept.Length / 2];
            yield return Try(
                "residual.dropout",
                string.Create(CultureInfo.InvariantCulture, $"{(double)(count - kept.Length) / count:P0} of the entries{update} are 0 and the others {factor:G6} times the reference's, as dropout leaves them."),
                i => Yours(i) == 0 ? 0 : factor * Right(i));
        }

        double[] Factors(int groups, Func<int, int> group)
        {
            var (products, squares) = (new double[groups], new double[groups]);
            for (var i = 0; i < count; i++)
            {
                products[group(i)] += Yours(i) * Right(i);
                squares[group(i)] += Right(i) * Right(i);
            }

            return [.. products.Zip(squares, (product, square) => square > 0 ? product / square : 0)];
        }
    }

    private static string Listed(double[] numbers) =>
        $"{string.Join(", ", numbers.Take(MostListed).Select(number => number.ToString("G6", CultureInfo.InvariantCulture)))}{(numbers.Length > MostListed ? " …" : string.Empty)}";
}
