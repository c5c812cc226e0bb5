using Tint.Reference.Configuration;

namespace Tint.Verification.Benchmarks;

/// <summary>How often a whole run calls each module: L blocks forward, then for every step the trained blocks backward and forward again.</summary>
/// <remarks>
/// A linear module serves a D × D weight: in a block the projection after attention and 2C of the MLP; backward also the value layer, and query and key layer with the score path. The
/// forward attention module contains its three linear modules.
/// </remarks>
internal sealed class ModuleCalls(TintConfiguration configuration)
{
    private readonly long _chunks = configuration.Auxiliary.MlpChunkCount;
    private readonly long _backward = (long)configuration.SgdSteps * configuration.TrainedLayers;

    public long LinearForward => AttentionForward * (1 + (2 * _chunks));

    public long LinearBackward => SquareBackward + (_backward * 2 * _chunks);

    /// <summary>The D × D weights that are not the MLP's: the projection, the value layer and, where the score path is kept, the query and the key layer.</summary>
    public long SquareBackward => _backward * (configuration.KeepsScorePath ? 4 : 2);

    public long ScoreBackward => configuration.KeepsScorePath ? _backward : 0;

    public long NormForward => (2 * AttentionForward) + Head;

    public long NormBackward => (2 * _backward) + LossGradient;

    public long AttentionForward => configuration.Auxiliary.LayerCount + _backward;

    public long AttentionBackward => configuration.BackpropagateThroughAttention ? _backward : 0;

    public long ActivationForward => AttentionForward * _chunks;

    public long ActivationBackward => _backward * _chunks;

    public long Head => 1 + LossGradient;

    public long LossGradient => configuration.SgdSteps;
}
