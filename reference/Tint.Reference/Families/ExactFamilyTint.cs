using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Input;

namespace Tint.Reference.Families;

/// <summary>
/// What a TinT of a family approximates: plain SGD on the model, with the gradients of the family's own exact model, then a prediction of the sequence.
/// Queries and keys are trained, which TinT does not do (V1); of what lies outside of blocks the norms behind them.
/// </summary>
/// <remarks>Of the configuration it reads what says which SGD is meant, as <see cref="Exact.ExactTint"/> does.</remarks>
public sealed class ExactFamilyTint : TintEngine, IStepwise
{
    private readonly FamilyConfiguration _model;

    /// <summary>The exact model of a family, and its SGD.</summary>
    /// <param name="configuration">The TinT that it is compared with.</param>
    /// <param name="model">The model.</param>
    /// <param name="weights">Its weights.</param>
    /// <exception cref="RuleViolationException">The configuration or the weights break a rule, or do not belong together.</exception>
    public ExactFamilyTint(TintConfiguration configuration, FamilyConfiguration model, AuxiliaryWeights weights)
        : base(configuration, weights)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
    }

    /// <inheritdoc/>
    public override string Name => "exact";

    /// <summary>False: query and key layers stay as they are, as a TinT leaves them (V1).</summary>
    public bool TrainQueriesAndKeys { get; init; } = true;

    /// <summary>False: no gradient goes back through the scores of self-attention, as none does in a TinT (V1).</summary>
    public bool FollowScores { get; init; } = true;

    private int FirstTrained => Configuration.Auxiliary.LayerCount - Configuration.TrainedLayers;

    /// <summary>Whether a block of the weights is trained.</summary>
    public bool Trains(ParameterBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (!TrainQueriesAndKeys && ExactTint.IsQueryOrKey(block))
        {
            return false;
        }

        return block.Kind switch
        {
            ParameterKind.Embedding => false,
            ParameterKind.NormWeight when Configuration.LayerNormBiasOnly => false,
            ParameterKind.NormWeight or ParameterKind.NormBias or ParameterKind.LinearWeight or ParameterKind.LinearBias => block.Layer is { } layer
                ? layer >= FirstTrained
                : FirstTrained < Plan.EncoderBlocks || !block.Name.StartsWith(Place.EncoderNorm.Words, StringComparison.Ordinal),
            _ => throw Require.Unknown(block.Kind, "the parameter's kind"),
        };
    }

    /// <summary>The gradient of the loss at weights, in their shape, of every parameter.</summary>
    public AuxiliaryWeights Gradient(AuxiliaryWeights weights, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return _model.Weights(Backward(_model.Exact(_model.Parameters(weights), Input(sequence)), sequence));
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
        return PredictedTokens.From(_model.Exact(_model.Parameters(weights), Input(sequence)).Logits, first);
    }

    /// <inheritdoc/>
    internal override TintResult RunChecked(TokenSequence sequence)
    {
        var (weights, input) = (Weights, Input(sequence));
        var pass = _model.Exact(_model.Parameters(weights), input);
        var (original, gradients, steps) = (pass.Logits, new List<AuxiliaryWeights>(), new ExactSteps(Configuration, Trains));
        for (var step = 1; step <= Configuration.SgdSteps; step++)
        {
            try
            {
                var gradient = AuxiliaryWeightsAlgebra.Replace(
                    _model.Weights(Backward(pass, sequence)), block => Trains(block) ? null : new double[block.Values.Length]);
                weights = steps.Step(weights, gradient);
                gradients.Add(gradient);
                Observer?.Invoke(new PassStage(PassKind.Backward));
                pass = _model.Exact(_model.Parameters(weights), input);
            }
            catch (RuleViolationException violation)
            {
                // Weights and sequence broke no rule before the first step.
                throw Divergence.Of($"{violation.Found} in SGD step {step}");
            }
        }

        return new TintResult(this, sequence, () => weights)
        {
            OriginalLogits = original,
            Logits = pass.Logits,
            OriginalLossSum = LossSum.Of(original, sequence),
            FinalLossSum = LossSum.Of(pass.Logits, sequence),
            Gradients = gradients,
        };
    }

    private FamilyInput Input(TokenSequence sequence) => FamilyLoss.Input(sequence) with { FollowsScores = FollowScores };

    /// <summary>Biases and embeddings that no token has read are zero, where the exact model leaves them out.</summary>
    private ParameterSet Backward(ExactPass pass, TokenSequence sequence)
    {
        var gradient = pass.Backward(FamilyLoss.Of(Configuration, pass.Logits, sequence).Gradient);
        var complete = new ParameterSet();
        var parameters = _model.Parameters(Weights);
        foreach (var name in parameters.Names)
        {
            complete.Set(name, gradient.Find(name) ?? Matrix<double>.Build.Dense(parameters[name].RowCount, parameters[name].ColumnCount));
        }

        return complete;
    }
}
