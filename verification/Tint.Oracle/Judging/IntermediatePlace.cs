using System.Text.RegularExpressions;
using Tint.Verification.Coordinates;

namespace Tint.Oracle.Judging;

/// <summary>Places within named intermediates, in the paper's coordinates.</summary>
internal static partial class IntermediatePlace
{
    /// <summary>The place of an entry: pass or step, layer, module, sequence, then token and coordinate, or row and column of a parameter.</summary>
    /// <param name="name">The intermediate, as in <c>backward0.layer1.attention.output</c>.</param>
    /// <param name="module">The module whose result it is.</param>
    /// <param name="index">The index along each axis, the sequence first.</param>
    public static Place Of(string name, string module, IReadOnlyList<int> index)
    {
        var coordinates = new List<Coordinate>();
        var match = Pattern().Match(name);
        var isUpdate = match.Groups["kind"].Value == "updated";
        if (match.Groups["kind"].Success)
        {
            coordinates.Add(match.Groups["kind"].Value == "forward"
                ? new Coordinate("forward pass", match.Groups["number"].Value)
                : new Coordinate("SGD step", match.Groups["number"].Value));
        }

        if (match.Groups["layer"].Success)
        {
            coordinates.Add(new Coordinate("layer", match.Groups["layer"].Value));
        }

        coordinates.Add(new Coordinate("module", $"{module} ({match.Groups["rest"].Value})"));
        coordinates.Add(new Coordinate("sequence", index[0]));
        coordinates.AddRange((isUpdate, index.Count) switch
        {
            (true, 3) => [new Coordinate("row", index[1]), new Coordinate("column", index[2])],
            (true, _) => [new Coordinate("entry", index[1])],
            _ => [new Coordinate("token", index[1]), new Coordinate(name.EndsWith("logits", StringComparison.Ordinal) ? "vocabulary id" : "coordinate", index[2])],
        });
        return new Place(coordinates);
    }

    [GeneratedRegex(@"^((?<kind>forward|backward|updated)(?<number>\d+)\.)?(layer(?<layer>\d+)\.)?(?<rest>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
