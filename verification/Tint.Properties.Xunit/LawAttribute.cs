using System.Reflection;
using Tint.Properties.Laws;
using Xunit.Sdk;

namespace Tint.Properties.Xunit;

/// <summary>
/// Runs laws as a theory: <c>[Theory, Law("L0*")] public void Holds(LawTrial trial) =&gt; trial.Holds(new MyTint());</c>
/// </summary>
/// <param name="pattern">A law's label or name: * stands for any text, ? for one character.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class LawAttribute(string pattern) : DataAttribute
{
    private const int DefaultCases = 20;

    /// <summary>A law's label or name, or a pattern of several.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>On how many random cases each is tried.</summary>
    public int Cases { get; set; } = DefaultCases;

    /// <summary>The seed of the cases.</summary>
    public int Seed { get; set; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        LawBook.Select(Pattern).Select(law => new object[] { new LawTrial(law, Cases, Seed) });
}
