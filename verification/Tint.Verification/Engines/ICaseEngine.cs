using Tint.Fixtures;

namespace Tint.Verification.Engines;

/// <summary>Computes what a case expects, from the case's inputs alone.</summary>
public interface ICaseEngine
{
    /// <summary>The name that reports give this engine.</summary>
    public string Name { get; }

    /// <summary>
    /// Computes the tensors of a case that this engine answers for. Called from several threads at once, for different cases.
    /// </summary>
    /// <param name="fixtureCase">The case: its module, configuration and options.</param>
    /// <param name="tensors">The tensors of its file; an engine reads those under <c>input.</c> only.</param>
    /// <returns>
    /// Values by the file's names, prefix included: <c>expected.hidden_states</c>, <c>constructed.attnt_module.q_attn.weight</c>. Names that
    /// the case does not list are ignored, and none at all means that the case is not this engine's business.
    /// </returns>
    /// <exception cref="Reference.RuleViolationException">The case cannot be run: its configuration or an input breaks a rule.</exception>
    public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors);

    /// <summary>The same of a case that others have loaded; an engine that reads the file for itself does so.</summary>
    internal IReadOnlyDictionary<string, ComputedTensor> Compute(LoadedCase loaded) => Compute(loaded.Case, loaded.Tensors);
}
