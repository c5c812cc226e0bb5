using Tint.Fixtures;
using Tint.Reference.Auxiliary;

namespace Tint.Verification;

/// <summary>The tensors that a case wants checked, by the names that its file gives them.</summary>
public static class CaseTensors
{
    private const string ConstructedPrefix = "constructed.";
    private const string ExpectedPrefix = "expected.";
    private const string TracePrefix = "trace.";

    /// <summary>The names of what autograd says about the auxiliary model itself begin with this.</summary>
    public const string TruePrefix = "expected.true.";

    /// <summary>
    /// All names, in the order in which data flows: constructed weights, then traced states, then results. The first of them that differs is
    /// the nearest to the cause.
    /// </summary>
    public static IReadOnlyList<string> InOrder(FixtureCase fixtureCase)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        return
        [
            .. fixtureCase.Constructed.Select(name => ConstructedPrefix + name),
            .. fixtureCase.Expected.OrderBy(name => !name.StartsWith(TracePrefix, StringComparison.Ordinal)).Select(name => ExpectedPrefix + name),
        ];
    }

    /// <summary>Whether a tensor is what autograd says about the auxiliary model itself.</summary>
    public static bool IsTrue(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(TruePrefix, StringComparison.Ordinal);
    }

    /// <summary>Reads one of them.</summary>
    /// <exception cref="FixtureException">The case has no such tensor, or it cannot be read.</exception>
    public static Tensor Read(FixtureTensors tensors, string name)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(name);
        var tensor = name.StartsWith(ConstructedPrefix, StringComparison.Ordinal)
            ? tensors.Constructed(name[ConstructedPrefix.Length..])
            : tensors.Expected(name[ExpectedPrefix.Length..]);
        return new Tensor(tensor.Shape, tensor.Values);
    }
}
