using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;

namespace Tint.Verification.Tests.Support;

/// <summary>
/// The construction, with one of its tensors altered at the entry of largest magnitude, of all or of the tokens' signal, or of the first prefix; its
/// bounds stay as they are.
/// </summary>
internal sealed class AlteredEngine(string tensor, double factor, AlteredEngine.Part part = AlteredEngine.Part.All) : ICaseEngine
{
    private readonly ConstructionEngine _construction = new();

    public enum Part
    {
        All,
        Signal,
        FirstPrefix,
    }

    public string Name => "altered";

    /// <summary>The altered entry's place in row-major order.</summary>
    public int Changed { get; private set; }

    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        var answers = _construction.Compute(fixtureCase, tensors).ToDictionary();
        var values = answers[tensor].Value.Values.ToArray();
        var shape = answers[tensor].Value.Shape;
        Changed = Enumerable.Range(0, values.Length).Where(i => Lies(i, shape, fixtureCase.Config)).MaxBy(i => Math.Abs(values[i]));
        values[Changed] *= factor;
        answers[tensor] = answers[tensor] with { Value = new Tensor(answers[tensor].Value.Shape, values) };
        return answers;
    }

    private bool Lies(int index, IReadOnlyList<int> shape, FixtureConfiguration config) => part switch
    {
        Part.Signal => index / shape[2] % shape[1] >= config.NumPrefixes && index % shape[2] < config.AuxHiddenSize,
        Part.FirstPrefix => index / shape[2] % shape[1] == 0,
        _ => true,
    };
}
