namespace Tint.Oracle.Answers;

/// <summary>A file of answers cannot be read: which fault it is, and in words what was found.</summary>
internal sealed class AnswerException(AnswerFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The fault.</summary>
    public AnswerFault Fault { get; } = fault;
}
