using System.Reflection;
using Tint.Properties.Saving;
using Tint.Reference;
using Xunit.Sdk;

namespace Tint.Properties.Xunit;

/// <summary>
/// Puts saved counterexamples to their laws again, as a theory: <c>[Theory, SavedLaw("failures")] public void Holds(LawTrial trial) =&gt; trial.Holds(new MyTint());</c>
/// </summary>
/// <param name="path">A file that <c>TINT_SAVE_FAILURES</c> or <c>tint properties --save</c> wrote, or a folder of them, from the folder in which tests run.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SavedLawAttribute(string path) : DataAttribute
{
    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;

    /// <inheritdoc/>
    /// <exception cref="RuleViolationException">There is no such file.</exception>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        string[] files = Directory.Exists(Path) ? [.. Directory.EnumerateFiles(Path, "*.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [Path];
        return files.Length > 0
            ? files.Select(file => new object[] { new LawTrial(SavedFailure.Read(file), file) })
            : throw new RuleViolationException("there must be saved cases to try again", $"none in '{Path}'", "name a folder that TINT_SAVE_FAILURES=DIR has written to, or leave the test out");
    }
}
