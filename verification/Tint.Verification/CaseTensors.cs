using Tint.Fixtures;
using Tint.Reference.Auxiliary;

namespace Tint.Verification;

/// <summary>The tensors that a case wants checked, by the names that its file gives them.</summary>
public static class CaseTensors
{
    private const string ConstructedPrefix = "constructed.";
    private const string ExpectedPrefix = "expected.";
    private const string TracePrefix = "trace.";
    private static readonly string[] OtherBiases = [".q_proj.bias", ".v_proj.bias"];

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

    /// <summary>
    /// The magnitude below which a tensor's own entries are no scale for its error. A key bias shifts all scores of a query alike, so its
    /// gradient is zero but for rounding; the query and value biases' entries count in its place, as in GPT-2's layout, where the three are
    /// one tensor. 0 for every other tensor.
    /// </summary>
    /// <exception cref="FixtureException">The tensors cannot be read.</exception>
    public static double LeastScale(FixtureTensors tensors, string name)
    {
        const string keyBias = ".k_proj.bias";
        if (!IsTrue(name) || !name.EndsWith(keyBias, StringComparison.Ordinal))
        {
            return 0;
        }

        return OtherBiases
            .Select(other => name[..^keyBias.Length] + other)
            .Where(other => tensors.HasExpected(other[ExpectedPrefix.Length..]))
            .Select(other => Read(tensors, other).Values.ToArray().Max(Math.Abs))
            .DefaultIfEmpty(0)
            .Max();
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
