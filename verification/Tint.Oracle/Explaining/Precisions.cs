using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Answers;
using Tint.Oracle.Judging;
using Tint.Oracle.Tracing;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>
/// Asks of a wrong step whether it was computed in a coarser type: its result rounded, or the operands of its product. One rounding more or less moves an entry by an
/// ulp of that type, so that most entries must agree, not all.
/// </summary>
/// <param name="wrong">The wrong step.</param>
internal sealed class Precisions(WrongStep wrong)
{
    private const double Most = 0.9;

    /// <summary>Every type that explains the step.</summary>
    /// <param name="type">The type of the candidate's numbers; coarser ones alone are tried.</param>
    /// <param name="reference">What is right.</param>
    public IEnumerable<Explanation?> Run(string type, Tensor reference)
    {
        foreach (var (name, unit, round) in CoarserTypes.All.Where(item => item.Unit > (NumberTypes.UnitOf(type) ?? 0) * 1.5))
        {
            for (var part = 0; part < wrong.Pieces.Min(piece => piece.Parts.Count); part++)
            {
                var at = part;
                yield return Mostly("precision.part", $"{wrong.Pieces[0].Parts[at].What} is rounded to {name}", reference, Assemble(piece =>
                    piece.Value + (piece.Parts[at].Usual * (piece.Parts[at].Value.Map(round) - piece.Parts[at].Value))), unit);
            }

            for (var read = 0; read < wrong.Pieces.Min(piece => piece.Reads.Count); read++)
            {
                var at = read;
                yield return wrong.Try("precision.input", $"{WrongStep.Capital(wrong.Pieces[0].Reads[at].What)} is rounded to {name}.", piece => piece.Reads[at].With(piece.Reads[at].Own.Map(round)));
            }

            for (var layer = 0; layer < wrong.Pieces.Min(piece => piece.Layers.Count); layer++)
            {
                var at = layer;
                yield return wrong.Try("precision.weights", $"{wrong.Pieces[0].Layers[at].Which} are rounded to {name}.", piece => piece.Layers[at].With(
                    new LinearParameters(piece.Layers[at].Own.Weight.Map(round), piece.Layers[at].Own.Bias.Map(round))));
                yield return wrong.Try("precision.weights", $"{wrong.Pieces[0].Layers[at].Which.Split(' ')[0]} is rounded to {name}.", piece => piece.Layers[at].With(
                    piece.Layers[at].Own with { Weight = piece.Layers[at].Own.Weight.Map(round) }));
            }

            yield return Mostly("precision.result", $"The result is rounded to {name}", reference, Assemble(piece => piece.Value.Map(round)), unit);
            if (wrong.Pieces.Any(piece => piece.Input is not { Module: "LinearForward" } || piece.Parts.Count != 2))
            {
                continue;
            }

            foreach (var (words, ofProduct) in new (string, Func<double, double>)[] { (string.Empty, value => value), (" and so is the product", round) })
            {
                yield return Mostly("precision.operands", $"Input and weight are rounded to {name}{words}", reference, Assemble(piece =>
                {
                    var (x, weight) = (piece.Input!.Signal.Map(round), piece.Input.Linear!.Weight.Map(round));
                    return piece.Parts[1].Value + x.TransposeAndMultiply(weight).Map(ofProduct);
                }), unit);
            }
        }
    }

    private Tensor Assemble(Func<TraceStep, Matrix<double>> value) => ModelReference.Assemble(wrong.Pieces, value);

    /// <summary>Whether nearly all entries are those, to a hundredth of the type's own rounding, and changed by it.</summary>
    private Explanation? Mostly(string name, string sentence, Tensor reference, Tensor rounded, double unit)
    {
        int same = 0, changed = 0;
        for (var i = 0; i < rounded.Values.Length; i++)
        {
            var room = unit / 100 * Math.Abs(rounded.Values[i]);
            same += Math.Abs(wrong.Test.Yours.Values[i] - rounded.Values[i]) <= room ? 1 : 0;
            changed += Math.Abs(reference.Values[i] - rounded.Values[i]) > room ? 1 : 0;
        }

        var share = (double)same / rounded.Values.Length;
        return share >= Most && changed > rounded.Values.Length / 2
            ? new Explanation(name, string.Create(CultureInfo.InvariantCulture, $"{sentence}: so are {share:P0} of the entries."), 1 - share, IsWithinRounding: share == 1)
            : null;
    }
}
