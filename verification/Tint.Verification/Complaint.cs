using System.Diagnostics;
using System.Reflection;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Verification;

/// <summary>What went wrong, in one line for a person: never an exception's type name.</summary>
internal static class Complaint
{
    private const string OwnNamespace = "System.";

    /// <summary>The line for an exception.</summary>
    /// <param name="exception">What was thrown; the innermost cause of those that only pass others on.</param>
    /// <param name="words">Puts the refusals of the library into the words of what the user gave; null leaves them as they are.</param>
    public static string Of(Exception exception, Func<string, string>? words = null)
    {
        var cause = Cause(exception);
        return OneLine(cause switch
        {
            RuleViolationException => words is null ? cause.Message : words(cause.Message),
            FixtureException or IOException or UnauthorizedAccessException => cause.Message,
            OutOfMemoryException =>
                $"there must be room for what is computed; got an end of the {Mebibytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} MiB that "
                + "the process may take; use a smaller shape or fewer tokens, or more memory",
            OperationCanceledException => "the run was cancelled",
            _ => $"{Place(cause)} failed: {cause.Message}",
        });
    }

    /// <summary>Whether an exception says what is wrong with what the user gave, or with the machine, and not with the program.</summary>
    public static bool IsExpected(Exception exception) => Cause(exception)
        is RuleViolationException or FixtureException or IOException or UnauthorizedAccessException or OutOfMemoryException or OperationCanceledException;

    /// <summary>What lies under the exceptions that only pass others on.</summary>
    public static Exception Cause(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        while (exception is AggregateException or TargetInvocationException or TypeInitializationException && exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }

    /// <summary>Several lines as one.</summary>
    public static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>The method, outside the platform's own, that was running.</summary>
    private static string Place(Exception exception)
    {
        foreach (var frame in new StackTrace(exception).GetFrames())
        {
            var (method, type) = (frame.GetMethod(), frame.GetMethod()?.DeclaringType);
            while (type?.DeclaringType is { } outer)
            {
                type = outer;
            }

            if (method is not null && type?.FullName is { } name && !name.StartsWith(OwnNamespace, StringComparison.Ordinal))
            {
                // A lambda of a method M is called <M>b__0.
                var word = method.Name.Split('<', '>');
                return $"{name}.{(word.Length > 1 ? word[1] : method.Name.TrimStart('.'))}";
            }
        }

        return "the program";
    }

    private static string Mebibytes(long bytes) => (bytes >> 20).ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
