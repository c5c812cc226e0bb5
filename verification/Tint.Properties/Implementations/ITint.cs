using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Properties.Implementations;

/// <summary>An implementation of TinT: its modules and its whole models.</summary>
public interface ITint : ITintModules
{
    /// <summary>Whether models of other architectures than the published code's run as well; laws about those are not tried where they do not.</summary>
    public bool RunsFamilies => false;

    /// <summary>Runs a whole model on a batch.</summary>
    public TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch);
}
