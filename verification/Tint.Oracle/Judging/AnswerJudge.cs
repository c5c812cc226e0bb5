using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Oracle.Answers;
using Tint.Oracle.Explaining;
using Tint.Oracle.Tracing;
using Tint.Properties.Laws;
using Tint.Reference.Auxiliary;
using Tint.Reference.Rounding;
using Tint.Verification;
using Tint.Verification.Engines;
using Tint.Verification.Judging;

namespace Tint.Oracle.Judging;

/// <summary>Judges a candidate's answers to a case.</summary>
internal sealed class AnswerJudge
{
    private const string Yours = "yours";

    private readonly CaseReference _reference;
    private readonly NameTable _names;

    private AnswerJudge(CaseReference reference)
    {
        _reference = reference;
        _names = new NameTable(reference);
    }

    /// <summary>Judges the answers to a case. Whatever is wrong with them is in the judgement; nothing is thrown.</summary>
    /// <param name="fixtureCase">The case.</param>
    /// <param name="answers">What was answered.</param>
    /// <param name="explain">Whether to look for mistakes that explain what differs.</param>
    public static CaseJudgement Judge(FixtureCase fixtureCase, AnswerSet answers, bool explain = true)
    {
        try
        {
            using var tensors = fixtureCase.Open();
            return new AnswerJudge(new CaseReference(fixtureCase, tensors)).Judge(answers, explain);
        }
        catch (Exception exception) when (Complaint.IsExpected(exception))
        {
            return new CaseJudgement { Case = fixtureCase, Tensors = [], Problem = Complaint.Of(exception, ConfigurationNames.InManifest) };
        }
    }

    private CaseJudgement Judge(AnswerSet answers, bool explain)
    {
        var given = new Dictionary<ReferenceTensor, AnswerTensor>();
        var verdicts = new List<TensorVerdict>();
        foreach (var tensor in answers.Tensors)
        {
            if (_names.Find(tensor.Name) is { } found)
            {
                if (!given.TryAdd(found, tensor))
                {
                    verdicts.Add(Faulty(tensor.Name, found.Kind, AnswerFault.Extra, $"'{Printable.Name(tensor.Name)}' is given twice, under two names"));
                }
            }
            else if (_names.FindInput(tensor.Name) is { } input)
            {
                verdicts.Add(InputCheck.Judge(input, _reference.Tensors.Input(input), tensor));
            }
            else
            {
                verdicts.Add(Faulty(
                    tensor.Name,
                    TensorKind.Listed,
                    AnswerFault.Extra,
                    $"the case has no tensor '{Printable.Name(tensor.Name)}'{_names.Suggestion(tensor.Name)}"));
            }
        }

        verdicts.AddRange(answers.Faults.Select(fault => Faulty(
            fault.Name.Length > 0 ? fault.Name : answers.Case, TensorKind.Listed, fault.Fault, fault.Words)));
        var type = NumberTypes.Coarsest(answers.Tensors.Select(tensor => tensor.Type));
        foreach (var (reference, answer) in given.OrderBy(pair => _names.Order(pair.Key)))
        {
            verdicts.Add(Judge(reference, answer));
        }

        verdicts = OnOwnInputs(verdicts, given, type);
        var (covered, notCovered) = Coverage(given.Keys);
        verdicts.AddRange(notCovered.Where(_ => covered > 0).Where(name => !CaseTensors.IsTrue(name) && !name.StartsWith("constructed.", StringComparison.Ordinal)
            && !name.Contains(".trace.", StringComparison.Ordinal)).Select(name => Faulty(name, TensorKind.Listed, AnswerFault.Missing, $"there is no '{name}' among the answers")
            with
            { Verdict = Verdict.NotCompared }));
        var judgement = new CaseJudgement { Case = _reference.Case, Tensors = verdicts, NotCovered = notCovered };
        return explain && judgement.First is not null ? new Explainer(_reference, given, type).Explain(judgement) : judgement;
    }

    private TensorVerdict Judge(ReferenceTensor reference, AnswerTensor answer)
    {
        if (NumberTypes.UnitOf(answer.Type) is null)
        {
            return Faulty(reference.Name, reference.Kind, AnswerFault.WrongType, $"yours is of {Printable.Text(answer.Type)}; answers must be of {NumberTypes.Listed}") with { Type = answer.Type };
        }

        if (AnswerForm.Fit(reference, answer) is not { } values)
        {
            var (fault, words) = AnswerForm.Fault(reference, answer);
            return Faulty(reference.Name, reference.Kind, fault, words) with { Type = answer.Type };
        }

        var verdict = new TensorVerdict { Tensor = reference.Name, Kind = reference.Kind, Verdict = Verdict.None, Type = answer.Type };
        if (NotFinite(reference, values) is { } words2)
        {
            return verdict with { Verdict = Verdict.NotCompared, Fault = AnswerFault.NotFinite, Problem = words2 };
        }

        var judgement = Compare(reference, reference.Value, values, answer.Type);
        verdict = verdict with { Judgement = judgement };
        if (judgement.Passed)
        {
            return verdict with { Verdict = Verdict.Expected, Problem = judgement.Unread };
        }

        verdict = verdict with { Problem = judgement.Problem };
        if (reference.Paper.Value is { } paper && Compare(reference, paper, values, answer.Type).Passed)
        {
            return verdict with { Verdict = Verdict.Paper, Problem = "the paper's intent, with the departures of the published code turned off" };
        }

        if (reference.Exact.Value is { } exact && Compare(reference, exact, values, answer.Type).Passed)
        {
            return verdict with { Verdict = Verdict.Exact, Problem = "the exact gradient, which the construction approximates on purpose" };
        }

        if (answer.Type == NumberTypes.Double && Compare(reference, reference.Value, values, NumberTypes.Single) is { Passed: true } single)
        {
            return verdict with
            {
                Verdict = Verdict.SinglePrecision,
                Problem = Invariant($"float64 numbers that are right only to single precision, error/bound {single.Ratio:0.00} of float32's bound"),
            };
        }

        return AnswerForm.Rearranged(reference, values) is var (rearranged, how) && Compare(reference, reference.Value, rearranged, answer.Type).Passed
            ? verdict with { Verdict = Verdict.NotCompared, Fault = how, Problem = AnswerForm.Words(how, answer) }
            : verdict;
    }

    private TensorJudgement Compare(ReferenceTensor reference, Tensor expected, Tensor values, string type)
    {
        var computed = reference.Computed(type) with { Value = values };
        var ceiling = ErrorCeiling.Of(
            _reference.Unit(type), type == NumberTypes.Double && _reference.Case.DataType == "float64" ? double.Epsilon : float.Epsilon, expected, computed);
        var judgement = TensorJudge.Judge(reference.Name, Yours, expected, computed, ceiling.Relative, ceiling.LeastScale);
        return judgement.First is { } first ? judgement with { FirstPlace = reference.Locate(first.Index) } : judgement;
    }

    /// <summary>
    /// Judges every intermediate once more, computed from the candidate's own numbers for what it depends on. Where some of these were not given it is not: the reference's
    /// in their place hold none of the candidate's rounding, and the step's own would be all that the bound allows.
    /// </summary>
    private List<TensorVerdict> OnOwnInputs(List<TensorVerdict> verdicts, Dictionary<ReferenceTensor, AnswerTensor> given, string type)
    {
        var usable = given
            .Where(pair => pair.Key.Kind == TensorKind.Intermediate
                && verdicts.Exists(verdict => verdict.Tensor == pair.Key.Name && verdict.Fault == AnswerFault.None))
            .ToDictionary(pair => pair.Key.Name, pair => (Reference: pair.Key, Values: AnswerForm.Fit(pair.Key, pair.Value)!));
        if (usable.Count == 0 || _reference.Model is not { } model)
        {
            return verdicts;
        }

        var steps = model.Walk(given: Own);
        var unit = _reference.Unit(type) + (type == NumberTypes.Double ? 0 : NumberTypes.UnitOf(type) ?? 0);
        var bounded = new ReferenceModules(model.Configuration, new WorstCaseRounding(unit));
        var byName = steps.ToLookup(step => step.Name);
        var disturbed = Disturbed(model, steps, [.. usable.Keys], Own);
        return [.. verdicts.Select(verdict =>
        {
            if (verdict.Kind != TensorKind.Intermediate || !usable.TryGetValue(verdict.Tensor, out var own))
            {
                return verdict;
            }

            TraceStep[] pieces = [.. byName[verdict.Tensor]];
            var value = ModelReference.Assemble(pieces, step => step.Value);
            if (disturbed.TryGetValue(verdict.Tensor, out var other) && !other.Values.SequenceEqual(value.Values))
            {
                return verdict;
            }

            var bound = CaseReference.Cast(value, ModelReference.Assemble(pieces, step => step.Bound(bounded, unit).Bound), type)!;
            var judgement = TensorJudge.Judge(verdict.Tensor, Yours, value, new ComputedTensor(own.Values, bound), ceiling: null);
            return verdict with
            {
                OnOwnInputs = judgement.First is { } first ? judgement with { FirstPlace = own.Reference.Locate(first.Index) } : judgement,
            };
        })];

        Matrix<double>? Own(string name, int sequence) => usable.TryGetValue(name, out var own) ? ModelAnswers.Matrix(own.Values, sequence) : null;
    }

    /// <summary>
    /// The intermediates of a walk in which each that was not given is another by a part of its size, differently from entry to entry, so that no normalisation takes it
    /// away: what depends on one of them is another than before. Empty where all were given.
    /// </summary>
    private static Dictionary<string, Tensor> Disturbed(
        ModelReference model, IReadOnlyList<TraceStep> steps, HashSet<string> given, Func<string, int, Matrix<double>?> own)
    {
        var missing = ModelReference.Stacked(steps, step => step.Value).Where(item => !given.Contains(item.Name)).ToDictionary(item => item.Name, item => Moved(item.Value));
        return missing.Count == 0 ? [] : ModelReference
            .Stacked(model.Walk(given: (name, sequence) => missing.TryGetValue(name, out var moved) ? ModelAnswers.Matrix(moved, sequence) : own(name, sequence)), step => step.Value)
            .ToDictionary(item => item.Name, item => item.Value);

        static Tensor Moved(Tensor value)
        {
            const double part = 0.01;
            var size = value.Values.ToArray().Max(Math.Abs) is var largest and > 0 ? largest : 1;
            return new Tensor(value.Shape, [.. value.Values.ToArray().Select((entry, at) => entry + (part * size * (1 + (at * 7 % 5))))]);
        }
    }

    /// <summary>How many listed tensors the answers cover, and which not; one is covered whole, or by all the parts that it has.</summary>
    private (int Covered, IReadOnlyList<string> NotCovered) Coverage(IEnumerable<ReferenceTensor> given)
    {
        ReferenceTensor[] answered = [.. given];
        var names = answered.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var hasParts = _reference.Parts.Count > 0 && answered.Any(tensor => tensor.Kind == TensorKind.Part);
        string[] notCovered = [.. CaseTensors.InOrder(_reference.Case).Where(name =>
            !names.Contains(name) && !(hasParts && name == "expected.hidden_states"))];
        return (names.Count, notCovered);
    }

    private static string? NotFinite(ReferenceTensor reference, Tensor values)
    {
        int nan = 0, infinite = 0, first = -1;
        for (var i = 0; i < values.Values.Length; i++)
        {
            if (!double.IsFinite(values.Values[i]))
            {
                (nan, infinite) = double.IsNaN(values.Values[i]) ? (nan + 1, infinite) : (nan, infinite + 1);
                first = first < 0 ? i : first;
            }
        }

        return first < 0 ? null : $"{nan} NaN and {infinite} infinite of {values.Values.Length} entries, first at {reference.Locate(AnswerForm.Unravel(first, values.Shape))}";
    }

    private static TensorVerdict Faulty(string name, TensorKind kind, AnswerFault fault, string words) =>
        new() { Tensor = name, Kind = kind, Verdict = Verdict.NotCompared, Fault = fault, Problem = words };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
