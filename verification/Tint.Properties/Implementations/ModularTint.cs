using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Implementations;

/// <summary>
/// A whole TinT composed of any modules: forward through all blocks and the final norm; then, step by step, loss gradient, backward and
/// descent from the top through the trained blocks, and forward again. Each step of the composition is a virtual method of its own.
/// </summary>
/// <remarks>
/// A module works on D_aux coordinates, so the MLP runs as C chunks that each hold c₂/C of the outer bias. A residual stream carries no
/// gate. Backward of a module reads its weights before its descent.
/// Its passes are written out on purpose: whole models share one walk (C22, C24), and this is what that walk is compared with. Mutants and traces of
/// answers override its steps and have no walk of their own.
/// </remarks>
public partial class ModularTint(ITintModules modules) : ITint
{
    /// <inheritdoc/>
    public virtual string Name => $"modular {Modules.Name}";

    /// <inheritdoc/>
    /// <remarks>They run as the modules' own whole models do, if there are any: of other architectures only the plan is composed here.</remarks>
    public virtual bool RunsFamilies => Modules is ITint { RunsFamilies: true };

    /// <inheritdoc/>
    public virtual bool RunsSoftmaxAlone => Modules.RunsSoftmaxAlone;

    /// <inheritdoc/>
    public virtual bool RunsOptimisers => Modules.RunsOptimisers;

    /// <summary>The modules that do the work.</summary>
    protected ITintModules Modules { get; } = modules;

    /// <inheritdoc/>
    public virtual TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(batch);
        AdmissibleShapes.Check(configuration);
        weights.Check();
        if (configuration.Auxiliary.Architecture is ModelPlan plan && Modules is ITint { RunsFamilies: true } whole)
        {
            return OfFamily(whole, configuration, weights, batch, FamilyPlan(plan));
        }

        TintOutcome.OfSequence[] sequences = [.. batch.Select(sequence =>
        {
            sequence.Check(configuration.Auxiliary);
            return RunOne(configuration, weights, sequence);
        })];
        return new TintOutcome(
            sequences,
            ReportedLoss(batch, [.. sequences.Select(sequence => sequence.OriginalLogits)]),
            ReportedLoss(batch, [.. sequences.Select(sequence => sequence.Logits)]));
    }

    /// <summary>The plan of a model of another architecture, as it is run.</summary>
    protected virtual ModelPlan FamilyPlan(ModelPlan plan) => plan;

    private static TintOutcome OfFamily(
        ITint whole, TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch, ModelPlan plan)
    {
        var auxiliary = configuration.Auxiliary with { Architecture = plan };
        var outcome = whole.Run(configuration with { Auxiliary = auxiliary }, weights with { Configuration = auxiliary }, batch);
        return outcome with
        {
            Sequences = [.. outcome.Sequences.Select(sequence => sequence with { UpdatedWeights = sequence.UpdatedWeights with { Configuration = weights.Configuration } })],
        };
    }

    /// <summary>One sequence's passes.</summary>
    protected virtual TintOutcome.OfSequence RunOne(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(sequence);
        var firstTrained = FirstTrainedLayer(configuration);
        var (original, input, memories, norm) = Forward(configuration, weights, Embed(weights, sequence), 0, firstTrained, sequence);
        var (output, previous) = (original, weights);
        for (var step = 0; step < StepCount(configuration); step++)
        {
            var before = weights;
            weights = TakeStep(configuration, weights, output, memories, norm, firstTrained, sequence);
            weights = configuration.Optimiser.Momentum > 0 ? GoOn(configuration, weights, before, previous) : weights;
            previous = before;
            (output, _, memories, norm) = Forward(configuration, weights, input, firstTrained, firstTrained, sequence);
        }

        return new TintOutcome.OfSequence(Logits(weights, original), Logits(weights, output), weights);
    }

    /// <summary>The index of the lowest block that is trained: L − trained layers.</summary>
    protected virtual int FirstTrainedLayer(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.Auxiliary.LayerCount - configuration.TrainedLayers;
    }

    /// <summary>How many steps are taken.</summary>
    protected virtual int StepCount(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.SgdSteps;
    }

    /// <summary>Row t: row input_t of E plus row t of the position table, [T × D_aux].</summary>
    protected virtual Matrix<double> Embed(AuxiliaryWeights weights, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(sequence);
        return Matrix<double>.Build.Dense(sequence.Length, weights.Configuration.HiddenSize, (t, d) =>
            weights.TokenEmbedding.At(sequence.InputIds[t], d) + weights.PositionEmbedding.At(t, d));
    }

    /// <summary>E y, [T × V].</summary>
    protected virtual Matrix<double> Logits(AuxiliaryWeights weights, Matrix<double> output)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(output);
        return output.TransposeAndMultiply(weights.TokenEmbedding);
    }

    /// <summary>Module output + residual, in forward blocks.</summary>
    protected virtual Matrix<double> AddResidual(Matrix<double> output, Matrix<double> residual)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.Add(residual);
    }

    /// <summary>Gradient behind the modules + the residual's, in backward blocks.</summary>
    protected virtual Matrix<double> AddResidualGradient(Matrix<double> gradient, Matrix<double> residual)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        return gradient.Add(residual);
    }

    /// <summary>The gradient at the final norm's output, where each step's backward pass starts.</summary>
    protected virtual Matrix<double> StartBackward(
        TintConfiguration configuration, AuxiliaryWeights weights, Matrix<double> output, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return LossGradient(configuration, weights.TokenEmbedding, output, sequence);
    }

    /// <summary>Mean cross-entropy of logits t against label t + 1 over all labels of the batch that count; null where none does.</summary>
    protected virtual double? ReportedLoss(IReadOnlyList<TokenSequence> batch, IReadOnlyList<Matrix<double>> logits) => batch
        .Zip(logits)
        .Select(pair => pair.First.Labels is { } labels ? LossSum.Of(pair.Second, labels) : new LossSum(0, 0))
        .Aggregate((total, loss) => total + loss)
        .Mean;

    /// <summary>One step: backward and descent from the final norm to the lowest trained block. Returns the weights after it.</summary>
    protected virtual AuxiliaryWeights TakeStep(
        TintConfiguration configuration,
        AuxiliaryWeights weights,
        Matrix<double> output,
        IReadOnlyList<BlockMemory?> memories,
        LayerNormMemory normMemory,
        int firstTrained,
        TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(memories);
        ArgumentNullException.ThrowIfNull(sequence);
        var gradient = StartBackward(configuration, weights, output, sequence);
        sequence = sequence.InDescents(configuration.Departures);
        (gradient, var finalNorm) = BackwardNorm(Descending(configuration, layer: null), weights.FinalNorm, gradient, normMemory, sequence);
        AuxiliaryLayer[] layers = [.. weights.Layers];
        for (var index = layers.Length - 1; index >= firstTrained; index--)
        {
            (gradient, layers[index]) = BackwardBlock(Descending(configuration, index), layers[index], gradient, memories[index]!, sequence);
        }

        return weights with { Layers = layers, FinalNorm = finalNorm };
    }

    /// <summary>The configuration by which a block descends, or what lies behind the blocks where <paramref name="layer"/> is null.</summary>
    protected virtual TintConfiguration Descending(TintConfiguration configuration, int? layer)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return layer is { } own ? configuration.OfLayer(own) : configuration;
    }

    /// <summary>With momentum: the weights after a step's descents and μ of the way that they went in the last step.</summary>
    protected virtual AuxiliaryWeights GoOn(TintConfiguration configuration, AuxiliaryWeights descended, AuxiliaryWeights before, AuxiliaryWeights previous) =>
        AuxiliaryWeightsAlgebra.AddScaled(descended, SimulatedGate.Momentum(configuration), AuxiliaryWeightsAlgebra.Subtract(before, previous));

    private (Matrix<double> Output, Matrix<double> TrainedInput, BlockMemory?[] Memories, LayerNormMemory Norm) Forward(
        TintConfiguration configuration, AuxiliaryWeights weights, Matrix<double> x, int first, int firstTrained, TokenSequence sequence)
    {
        var memories = new BlockMemory?[weights.Layers.Count];
        var trainedInput = x;
        for (var index = first; index < weights.Layers.Count; index++)
        {
            trainedInput = index == firstTrained ? x : trainedInput;
            (x, memories[index]) = ForwardBlock(configuration, weights.Layers[index], x, sequence);
        }

        trainedInput = firstTrained == weights.Layers.Count ? x : trainedInput;
        var (output, norm) = LayerNormForward(configuration, weights.FinalNorm, x);
        return (output, trainedInput, memories, norm);
    }
}
