using System.Text.Json;
using Tint.Oracle.Explaining;
using Tint.Oracle.Judging;
using Tint.Verification.Judging;

namespace Tint.Oracle.Reports;

/// <summary>The JSON that <c>tint judge --json</c> writes: coverage first, then a row a case with a row a tensor.</summary>
internal sealed record JudgementDocument
{
    /// <summary>What the candidate is called.</summary>
    public required string Name { get; init; }

    /// <summary>The set's directory; null for the cases that ship.</summary>
    public required string? Set { get; init; }

    /// <summary>Cases: in the set, judged, agreeing.</summary>
    public required CaseCounts Cases { get; init; }

    /// <summary>Listed tensors: in the set, compared.</summary>
    public required TensorCounts Tensors { get; init; }

    /// <summary>By module, the cases that were not answered.</summary>
    public required IReadOnlyDictionary<string, int> NotCovered { get; init; }

    /// <summary>Answers to what is no case of the set.</summary>
    public required IReadOnlyList<string> UnknownCases { get; init; }

    /// <summary>The cases that were answered.</summary>
    public required IReadOnlyList<CaseRow> Judged { get; init; }

    /// <summary>The document of a judgement.</summary>
    public static JudgementDocument Of(Judgement judgement) => new()
    {
        Name = judgement.Name,
        Set = judgement.Selection.Directory,
        Cases = new CaseCounts(judgement.Selection.All.Count, judgement.Judged, judgement.Passed),
        Tensors = new TensorCounts(judgement.Selection.Tensors, judgement.Covered, judgement.Compared),
        NotCovered = judgement.NotCovered.ToDictionary(item => item.Module, item => item.Missing),
        UnknownCases = judgement.Strangers,
        Judged = [.. judgement.Cases.Select(CaseRow.Of)],
    };

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, JudgementJson.Default.JudgementDocument);

    /// <summary>Counts of cases.</summary>
    internal sealed record CaseCounts(int InSet, int Judged, int Agree);

    /// <summary>Counts of tensors; <paramref name="Compared"/> counts parts and intermediates as well.</summary>
    internal sealed record TensorCounts(int InSet, int Covered, int Compared);

    /// <summary>A case.</summary>
    internal sealed record CaseRow
    {
        /// <summary>Its id.</summary>
        public required string Id { get; init; }

        /// <summary>Its module.</summary>
        public required string Module { get; init; }

        /// <summary>Whether all that was answered agrees.</summary>
        public required bool Agrees { get; init; }

        /// <summary>Why it could not be judged.</summary>
        public string? Problem { get; init; }

        /// <summary>The tensor at which the candidate first goes wrong.</summary>
        public string? First { get; init; }

        /// <summary>Where in that tensor, in the paper's coordinates.</summary>
        public string? Place { get; init; }

        /// <summary>What explains all results together.</summary>
        public required IReadOnlyList<ExplanationRow> LooksLike { get; init; }

        /// <summary>Listed tensors that were not answered.</summary>
        public required IReadOnlyList<string> NotCovered { get; init; }

        /// <summary>The tensors.</summary>
        public required IReadOnlyList<TensorRow> Tensors { get; init; }

        /// <summary>The row of a case.</summary>
        public static CaseRow Of(CaseJudgement item)
        {
            var judged = item.First is { OnOwnInputs: { Passed: false } own } ? own : item.First?.Judgement;
            return new CaseRow
            {
                Id = item.Case.Id,
                Module = item.Case.Module,
                Agrees = item.Passed,
                Problem = item.Problem,
                First = item.First?.Tensor,
                Place = judged?.FirstPlace?.ToString(),
                LooksLike = [.. item.Explanations.Select(ExplanationRow.Of)],
                NotCovered = item.NotCovered,
                Tensors = [.. item.Tensors.Select(TensorRow.Of)],
            };
        }
    }

    /// <summary>A tensor.</summary>
    internal sealed record TensorRow
    {
        /// <summary>Its name.</summary>
        public required string Name { get; init; }

        /// <summary>listed, part, intermediate or input.</summary>
        public required string Kind { get; init; }

        /// <summary>published, paper's intent or exact gradient, of coarser types with the type; only to float32, none, or what is wrong with its form.</summary>
        public required string Verdict { get; init; }

        /// <summary>The type of its numbers.</summary>
        public string? Type { get; init; }

        /// <summary>What is wrong, in words.</summary>
        public string? Problem { get; init; }

        /// <summary>The comparison with the reference.</summary>
        public ComparisonRow? Comparison { get; init; }

        /// <summary>The comparison with the reference on the candidate's own inputs of the step.</summary>
        public ComparisonRow? OnOwnInputs { get; init; }

        /// <summary>What explains its numbers.</summary>
        public required IReadOnlyList<ExplanationRow> LooksLike { get; init; }

        /// <summary>The row of a tensor.</summary>
        public static TensorRow Of(TensorVerdict tensor) => new()
        {
            Name = tensor.Tensor,
            Kind = tensor.Kind.ToString().ToLowerInvariant(),
            Verdict = Words.Of(tensor),
            Type = tensor.Type,
            Problem = tensor.Problem,
            Comparison = ComparisonRow.Of(tensor.Judgement),
            OnOwnInputs = ComparisonRow.Of(tensor.OnOwnInputs),
            LooksLike = [.. tensor.Explanations.Select(ExplanationRow.Of)],
        };
    }

    /// <summary>A comparison; a number that does not exist is null.</summary>
    internal sealed record ComparisonRow(double? Error, double? Bound, double? Ratio, double? Relative, string? Place, double? Yours, double? Reference)
    {
        /// <summary>The row of a comparison; null where there was none.</summary>
        public static ComparisonRow? Of(TensorJudgement? judgement) => judgement is null ? null : new(
            Finite(judgement.Error),
            Finite(judgement.Bound),
            Finite(judgement.Ratio),
            Finite(judgement.Relative),
            judgement.FirstPlace?.ToString(),
            Finite(judgement.First?.Got),
            Finite(judgement.First?.Expected));

        private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
    }

    /// <summary>An explanation.</summary>
    internal sealed record ExplanationRow(string Name, string Sentence, string? Models, double? Remaining, bool WithinRounding)
    {
        /// <summary>The row of an explanation.</summary>
        public static ExplanationRow Of(Explanation explanation) =>
            new(explanation.Name, explanation.Sentence, explanation.Models, double.IsNaN(explanation.Remaining) ? null : explanation.Remaining, explanation.IsWithinRounding);
    }
}
