using System.Globalization;
using Tint.Oracle.Answers;
using Tint.Oracle.Judging;

namespace Tint.Oracle.Reports;

/// <summary>What reports call verdicts and faults.</summary>
internal static class Words
{
    /// <summary>A verdict in a word or two.</summary>
    public static string Of(TensorVerdict tensor) => tensor switch
    {
        { Fault: not AnswerFault.None } => Of(tensor.Fault),
        { Kind: TensorKind.Input, Verdict: Verdict.Expected } => "input as given",
        { Kind: TensorKind.Input } => "another input",
        { OnOwnInputs.Passed: false } => "wrong here",
        { OnOwnInputs.Passed: true, Verdict: Verdict.None } => "carried on",
        { Judgement.Unread: not null } => "not read",
        { Verdict: Verdict.Expected or Verdict.Paper or Verdict.Exact, Type: { } type } when type != NumberTypes.Double => $"{Of(tensor.Verdict)}, to {type}",
        _ => Of(tensor.Verdict),
    };

    /// <summary>A verdict in a word or two.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Expected => "published",
        Verdict.Paper => "paper's intent",
        Verdict.Exact => "exact gradient",
        Verdict.SinglePrecision => "only to float32",
        Verdict.None => "none",
        _ => "not compared",
    };

    /// <summary>A fault of the form in a word or two.</summary>
    public static string Of(AnswerFault fault) => fault switch
    {
        AnswerFault.Missing => "missing",
        AnswerFault.Extra => "extra",
        AnswerFault.Misshapen => "misshapen",
        AnswerFault.Transposed => "transposed",
        AnswerFault.FortranOrdered => "Fortran order",
        AnswerFault.NotFinite => "not finite",
        AnswerFault.HalfWritten => "half-written",
        AnswerFault.Unreadable => "unreadable",
        AnswerFault.WrongType => "wrong type",
        _ => "as expected",
    };

    /// <summary>What remains of an error, as in "explained to 1.2e-15 of the error".</summary>
    public static string Remaining(double remaining) =>
        double.IsNaN(remaining) ? "every entry within that type's bound" : remaining == 0 ? "explained to the last bit" : string.Create(CultureInfo.InvariantCulture, $"residual explained to {remaining:0.0e+00} of it");

    /// <summary>A count with separators of thousands.</summary>
    public static string Count(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
