using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;

namespace Tint.Verification.Tests.Support;

/// <summary>
/// An engine that knows the answers: the shipped file of the case with the same id, whatever the file under test says. Bounds are
/// <paramref name="relativeBound"/>·|value|, and null for constructed weights.
/// </summary>
internal sealed class FileEngine(double relativeBound = 1e-12, Func<string, bool>? answersFor = null) : ICaseEngine
{
    private readonly Dictionary<string, FixtureCase> _shipped = Shipped.Cases.ToDictionary(item => item.Id);

    public string Name => "file";

    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        var shipped = _shipped[fixtureCase.Id];
        using var answers = shipped.Open();
        return CaseTensors.InOrder(shipped)
            .Where(name => answersFor?.Invoke(name) ?? true)
            .ToDictionary(name => name, name => Answer(name, CaseTensors.Read(answers, name)));
    }

    private ComputedTensor Answer(string name, Tensor value) => new(
        value,
        name.StartsWith("constructed.", StringComparison.Ordinal)
            ? null
            : new Tensor(value.Shape, [.. value.Values.ToArray().Select(entry => relativeBound * Math.Abs(entry))]));
}
