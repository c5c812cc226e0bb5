using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Engines;

/// <summary>What an engine makes of one sequence.</summary>
public sealed class TintResult
{
    private readonly Lazy<AuxiliaryWeights> _updatedWeights;

    /// <summary>Creates the result of an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="sequence">What it ran on.</param>
    /// <param name="updatedWeights">Reads the updated weights; called at most once, when they are asked for.</param>
    internal TintResult(TintEngine engine, TokenSequence sequence, Func<AuxiliaryWeights> updatedWeights)
    {
        (Engine, Configuration, OriginalWeights, Sequence) = (engine.Name, engine.Configuration, engine.Weights, sequence);
        _updatedWeights = new Lazy<AuxiliaryWeights>(updatedWeights);
    }

    /// <summary>The name of the engine.</summary>
    public string Engine { get; }

    /// <summary>The configuration that it ran under.</summary>
    public TintConfiguration Configuration { get; }

    /// <summary>The sequence.</summary>
    public TokenSequence Sequence { get; }

    /// <summary>E y before training, [T × V].</summary>
    public required Matrix<double> OriginalLogits { get; init; }

    /// <summary>E y after the last step, [T × V]; the same object as <see cref="OriginalLogits"/> where there are no steps.</summary>
    public required Matrix<double> Logits { get; init; }

    /// <summary>
    /// The reported loss of <see cref="OriginalLogits"/>: mean cross-entropy in nats over the sequence's <see cref="TokenSequence.Labels"/>;
    /// null without labels that count. It is not the loss that is trained on, which is a sum over the train mask.
    /// </summary>
    public double? OriginalLoss => OriginalLossSum.Mean;

    /// <summary>The same of <see cref="Logits"/>.</summary>
    public double? FinalLoss => FinalLossSum.Mean;

    /// <summary>The weights that went in.</summary>
    public AuxiliaryWeights OriginalWeights { get; }

    /// <summary>
    /// The sequence's own weights after the last step. What no descent touches is shared with <see cref="OriginalWeights"/>. The MLP's output
    /// bias is the sum of its chunks'. Layers that the engine's storage keeps elsewhere come in when they are asked for.
    /// </summary>
    public AuxiliaryWeights UpdatedWeights => _updatedWeights.Value;

    /// <summary>
    /// For each step the summed gradients S that the descents subtracted, W ← ρ(W − η S) (for value layers behind attention's backward
    /// gate W ← ρ(ρW − η S); with exact gradients ρ = 1), with zeros for parameters that no descent touches. The MLP's output bias
    /// holds the sum over its chunks, so C times Σ m g with deviation V2. Empty unless the engine's <c>RecordGradients</c> was set; the
    /// construction has no such switch, since its descents write into the prefixes and form no gradient.
    /// </summary>
    public IReadOnlyList<AuxiliaryWeights> Gradients { get; init; } = [];

    /// <summary>The signals in the order in which blocks ran. Empty unless <see cref="TintEngine.RecordTrace"/> was set.</summary>
    public IReadOnlyList<TracedSignal> Trace { get; init; } = [];

    /// <summary>The engine, the tokens, losses and logits before and after, and what was updated by how much.</summary>
    /// <remarks>It reads the updated weights; where they are streamed, it leaves them where they are.</remarks>
    public override string ToString() => TintResultText.Of(this);

    /// <summary>The loss of <see cref="OriginalLogits"/> before it is averaged.</summary>
    internal LossSum OriginalLossSum { get; init; }

    /// <summary>The loss of <see cref="Logits"/> before it is averaged.</summary>
    internal LossSum FinalLossSum { get; init; }
}
