using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;

namespace Tint.Reference.Exact;

/// <summary>
/// What a TinT approximates: plain SGD on the auxiliary model, θ ← θ − η ∂loss/∂θ, with the exact gradient of the loss summed over the trained
/// targets of one sequence, then a prediction of that sequence. Queries and keys are trained, which TinT does not do (V1). The gradients are
/// those of <see cref="ExactModel"/>.
/// </summary>
/// <remarks>
/// Of the configuration it reads what says which SGD is meant: η and the optimiser, the number of steps, the trained layers, the loss and whether normalisations move
/// β only. The final norm is trained always. Gates, finite differences, shapes of the TinT and departures have no part in it. A run keeps all
/// layers and a gradient for every parameter in memory.
/// </remarks>
public sealed class ExactTint : TintEngine, IStepwise
{
    /// <inheritdoc cref="TintEngine(TintConfiguration, AuxiliaryWeights)"/>
    public ExactTint(TintConfiguration configuration, AuxiliaryWeights weights)
        : base(configuration, weights)
    {
    }

    /// <inheritdoc/>
    public override string Name => "exact";

    /// <summary>Whether results carry <see cref="TintResult.Gradients"/>; each step's take as much room as the weights.</summary>
    public bool RecordGradients { get; init; }

    /// <summary>True: token embeddings, with the tied head, and position table are trained too, which TinT never does (V7).</summary>
    public bool TrainEmbeddings { get; init; }

    /// <summary>False: query and key layers stay as they are, as a TinT leaves them (V1).</summary>
    public bool TrainQueriesAndKeys { get; init; } = true;

    /// <summary>False: no gradient goes back through the scores of attention, as none does in a TinT (V1).</summary>
    public bool FollowScores { get; init; } = true;

    private int FirstTrained => Configuration.Auxiliary.LayerCount - Configuration.TrainedLayers;

    /// <summary>Whether a block is of a query or key layer.</summary>
    internal static bool IsQueryOrKey(ParameterBlock block) =>
        block.Name.Contains(Place.Query.Words, StringComparison.Ordinal) || block.Name.Contains(Place.Key.Words, StringComparison.Ordinal);

    /// <summary>Whether a block of the weights is trained.</summary>
    public bool Trains(ParameterBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (!TrainQueriesAndKeys && IsQueryOrKey(block))
        {
            return false;
        }

        return block.Kind switch
        {
            ParameterKind.Embedding => TrainEmbeddings,
            ParameterKind.NormWeight when Configuration.LayerNormBiasOnly => false,
            ParameterKind.NormWeight or ParameterKind.NormBias or ParameterKind.LinearWeight or ParameterKind.LinearBias =>
                block.Layer is not { } layer || layer >= FirstTrained,
            _ => throw Require.Unknown(block.Kind, "the parameter's kind"),
        };
    }

    /// <inheritdoc/>
    public AuxiliaryWeights Gradient(AuxiliaryWeights weights, TokenSequence sequence)
    {
        Check(weights, sequence);
        return Backward(Forward(weights, sequence, 0, null), null);
    }

    /// <inheritdoc/>
    public AuxiliaryWeights Descend(AuxiliaryWeights weights, AuxiliaryWeights gradient, double rate)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(gradient);
        return AuxiliaryWeightsAlgebra.Step(weights, gradient, rate, Trains);
    }

    /// <inheritdoc/>
    public Matrix<double> Predict(AuxiliaryWeights weights, TokenSequence sequence, int first = 0)
    {
        Check(weights, sequence);
        return ExactModel.Forward(weights, sequence).LogitsFrom(first);
    }

    /// <inheritdoc/>
    internal override TintResult RunChecked(TokenSequence sequence)
    {
        List<AuxiliaryWeights>? gradients = RecordGradients ? [] : null;
        List<TracedSignal>? trace = RecordTrace ? [] : null;
        var (weights, forward) = (Weights, Forward(Weights, sequence, 0, trace));
        var original = Head(forward);
        var (logits, steps) = (original, new ExactSteps(Configuration, Trains));
        for (var step = 1; step <= Configuration.SgdSteps; step++)
        {
            try
            {
                var gradient = Trained(Backward(forward, trace));
                weights = steps.Step(weights, gradient);
                gradients?.Add(gradient);
                Observer?.Invoke(new PassStage(PassKind.Backward));
                forward = Forward(weights, sequence, FirstTrained, trace);
            }
            catch (RuleViolationException violation)
            {
                // Weights and sequence broke no rule before the first step.
                throw Divergence.Of($"{violation.Found} in SGD step {step}");
            }

            if (step == Configuration.SgdSteps)
            {
                logits = Head(forward);
            }
        }

        return new TintResult(this, sequence, () => weights)
        {
            OriginalLogits = original,
            Logits = logits,
            OriginalLossSum = LossSum.Of(original, sequence),
            FinalLossSum = LossSum.Of(logits, sequence),
            Gradients = gradients ?? [],
            Trace = trace ?? [],
        };
    }

    private ExactForward Forward(AuxiliaryWeights weights, TokenSequence sequence, int firstTraced, List<TracedSignal>? trace)
    {
        var forward = ExactModel.Forward(weights, sequence);
        for (var layer = firstTraced; trace is not null && layer < forward.Layers.Count; layer++)
        {
            Add(trace, PassKind.Forward, layer, forward.Layers[layer].Output);
        }

        Add(trace, PassKind.Forward, null, forward.FinalNorm.Output);
        Observer?.Invoke(new PassStage(PassKind.Forward));
        return forward;
    }

    private Matrix<double> Head(ExactForward forward)
    {
        var logits = forward.Logits;
        Observer?.Invoke(new PassStage(PassKind.Head));
        return logits;
    }

    private AuxiliaryWeights Backward(ExactForward forward, List<TracedSignal>? trace)
    {
        var gradient = ExactModel.Backward(forward, Configuration, FollowScores);
        Add(trace, PassKind.Backward, null, gradient.Layers[^1].OutputGradient);
        for (var layer = gradient.Layers.Count - 1; trace is not null && layer >= FirstTrained; layer--)
        {
            Add(trace, PassKind.Backward, layer, gradient.Layers[layer].InputGradient);
        }

        return gradient.Parameters;
    }

    private static void Add(List<TracedSignal>? trace, PassKind pass, int? layer, Matrix<double> signal) =>
        trace?.Add(new TracedSignal(TracedSignal.NameOf(trace.Count, pass, layer), signal));

    private AuxiliaryWeights Trained(AuxiliaryWeights gradient) =>
        AuxiliaryWeightsAlgebra.Replace(gradient, block => Trains(block) ? null : new double[block.Values.Length]);
}
