using System.Globalization;
using Tint.Oracle.Answers;
using Tint.Oracle.Judging;
using Tint.Oracle.Tracing;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>
/// Asks of a wrong step whether it was computed in a coarser type: its result rounded, or the operands of its product. One rounding more or less moves an entry by an
/// ulp of that type, so that most entries must agree, not all.
/// </summary>
/// <param name="test">The wrong step.</param>
/// <param name="pieces">Its pieces, of all sequences and chunks.</param>
internal sealed class Precisions(ExplanationTest test, IReadOnlyList<TraceStep> pieces)
{
    private const double Most = 0.9;

    /// <summary>Every type that explains the step.</summary>
    /// <param name="type">The type of the candidate's numbers; coarser ones alone are tried.</param>
    /// <param name="reference">What is right.</param>
    public IEnumerable<Explanation?> Run(string type, Tensor reference)
    {
        foreach (var (name, unit, round) in CoarserTypes.All.Where(item => item.Unit > (NumberTypes.UnitOf(type) ?? 0) * 1.5))
        {
            Tensor Of(Func<TraceStep, MathNet.Numerics.LinearAlgebra.Matrix<double>> value) => ModelReference.Assemble(pieces, value);
            for (var part = 0; part < pieces.Min(piece => piece.Parts.Count); part++)
            {
                var at = part;
                yield return Mostly("precision.part", $"{pieces[0].Parts[at].What} is rounded to {name}", reference, Of(piece =>
                    piece.Value + (piece.Parts[at].Usual * (piece.Parts[at].Value.Map(round) - piece.Parts[at].Value))), unit);
            }

            for (var read = 0; read < pieces.Min(piece => piece.Reads.Count); read++)
            {
                var at = read;
                yield return test.Try("precision.input", $"{Capital(pieces[0].Reads[at].What)} is rounded to {name}.", Of(piece => piece.Reads[at].With(piece.Reads[at].Own.Map(round))));
            }

            for (var layer = 0; layer < pieces.Min(piece => piece.Layers.Count); layer++)
            {
                var at = layer;
                yield return test.Try("precision.weights", $"{pieces[0].Layers[at].Which} are rounded to {name}.", Of(piece => piece.Layers[at].With(
                    new LinearParameters(piece.Layers[at].Own.Weight.Map(round), piece.Layers[at].Own.Bias.Map(round)))));
                yield return test.Try("precision.weights", $"{pieces[0].Layers[at].Which.Split(' ')[0]} is rounded to {name}.", Of(piece => piece.Layers[at].With(
                    piece.Layers[at].Own with { Weight = piece.Layers[at].Own.Weight.Map(round) })));
            }

            yield return Mostly("precision.result", $"The result is rounded to {name}", reference, Of(piece => piece.Value.Map(round)), unit);
            if (pieces.Any(piece => piece.Input is not { Module: "LinearForward" } || piece.Parts.Count != 2))
            {
                continue;
            }

            foreach (var (words, ofProduct) in new (string, Func<double, double>)[] { (string.Empty, value => value), (" and so is the product", round) })
            {
                yield return Mostly("precision.operands", $"Input and weight are rounded to {name}{words}", reference, Of(piece =>
                {
                    var (x, weight) = (piece.Input!.Signal.Map(round), piece.Input.Linear!.Weight.Map(round));
                    return piece.Parts[1].Value + x.TransposeAndMultiply(weight).Map(ofProduct);
                }), unit);
            }
        }
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Whether nearly all entries are those, to a hundredth of the type's own rounding, and changed by it.</summary>
    private Explanation? Mostly(string name, string sentence, Tensor reference, Tensor rounded, double unit)
    {
        int same = 0, changed = 0;
        for (var i = 0; i < rounded.Values.Length; i++)
        {
            var room = unit / 100 * Math.Abs(rounded.Values[i]);
            same += Math.Abs(test.Yours.Values[i] - rounded.Values[i]) <= room ? 1 : 0;
            changed += Math.Abs(reference.Values[i] - rounded.Values[i]) > room ? 1 : 0;
        }

        var share = (double)same / rounded.Values.Length;
        return share >= Most && changed > rounded.Values.Length / 2
            ? new Explanation(name, string.Create(CultureInfo.InvariantCulture, $"{sentence}: so are {share:P0} of the entries."), 1 - share, IsWithinRounding: share == 1)
            : null;
    }
}
