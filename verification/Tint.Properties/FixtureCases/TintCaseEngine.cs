using Tint.Fixtures;
using Tint.Properties.Implementations;
using Tint.Verification.Engines;

namespace Tint.Properties.FixtureCases;

/// <summary>
/// Puts any implementation of <see cref="ITint"/> to fixture cases: the bridge from the laws' interface to the files. Its functions know signals,
/// memories and layers, not hidden states, so the construction's answer is taken and what the implementation determines is put in its place:
/// the tokens' signal and memory slots, the weight rows of the prefixes that a descent wrote and prefix 0's bias; of whole models logits, losses
/// and the weights after one step.
/// </summary>
/// <remarks>
/// Bounds are those of the construction, entry by entry. Everything else in a case's tensors is the construction's own (other token
/// slots, stale biases) or not compared (constructed weights, traced states): a fault there is out of this engine's sight. So are the cases of
/// modules that the interface does not have, those that retain the output gradient or descend on the bias alone: it answers for none of their tensors.
/// </remarks>
/// <param name="tint">The implementation.</param>
/// <param name="construction">The construction, most usefully one that remembers; see <see cref="RememberingEngine"/>.</param>
public sealed class TintCaseEngine(ITint tint, ICaseEngine construction) : ICaseEngine
{
    private const string NotGiven = "implementations under the laws do not give it";

    /// <inheritdoc/>
    public string Name => tint.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        var loaded = new LoadedCase(fixtureCase, tensors);
        var correct = construction.Compute(fixtureCase, tensors);
        var given = fixtureCase.Module == FixtureModules.WholeModel
            ? ModelAnswer.Of(tint, loaded, correct)
            : ModuleAnswer.Of(tint, loaded, correct);
        return given.Count == 0
            ? given
            : correct.ToDictionary(
                entry => entry.Key,
                entry => given.TryGetValue(entry.Key, out var answer) ? answer : entry.Value with { Unread = NotGiven });
    }
}
