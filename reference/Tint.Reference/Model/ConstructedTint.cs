using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Primitives;

namespace Tint.Reference.Model;

/// <summary>
/// A whole TinT: forward through all layers, final norm, loss gradient, backward and descent through the last trained layers, forward again
/// from the first trained layer with the updated prefixes, and so on for every SGD step.
/// </summary>
/// <remarks>Source: C24.</remarks>
public sealed class ConstructedTint : TintEngine
{
    private readonly ConstructedModel _modules;

    /// <summary>Constructs the TinT that simulates <paramref name="weights"/>; from now on, nobody may write them.</summary>
    /// <inheritdoc cref="TintEngine(TintConfiguration, AuxiliaryWeights)" path="/exception"/>
    public ConstructedTint(TintConfiguration configuration, AuxiliaryWeights weights)
        : base(configuration, weights)
    {
        _modules = new ConstructedModel(configuration, Plan, EndTables.Of(weights));
    }

    /// <inheritdoc/>
    public override string Name => "construction";

    /// <summary>Where runs keep updated prefixes and the memory of blocks; a scratch file must stay open as long as results are read.</summary>
    public PassStorage Storage { get; init; } = new();

    /// <summary>Runs a batch in an arithmetic that may follow rounding, for those who judge numbers.</summary>
    /// <param name="batch">The sequences.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    /// <param name="trace">Whether to keep the hidden states behind every block.</param>
    /// <exception cref="RuleViolationException">
    /// The batch is empty, a sequence breaks a rule, or the logits are not finite, before training or because it diverged.
    /// </exception>
    public TrackedBatchResult RunTracked(IReadOnlyList<TokenSequence> batch, Arithmetic arithmetic, bool trace = false)
    {
        ArgumentNullException.ThrowIfNull(arithmetic);
        Check(batch);
        var results = InParallel.Select(batch, sequence => RunOne(sequence, arithmetic, trace));
        TrackedScalar? Loss(Func<TrackedResult, Tracked> logits) =>
            ReportedLoss.Compute([.. batch.Select((sequence, i) => (sequence, logits(results[i])))], arithmetic);
        return new TrackedBatchResult(results, Loss(result => result.OriginalLogits), Loss(result => result.Logits));
    }

    /// <inheritdoc/>
    internal override TintResult RunChecked(TokenSequence sequence)
    {
        var result = RunOne(sequence, Arithmetic.Plain, RecordTrace);
        return new TintResult(this, sequence, () => result.UpdatedWeights)
        {
            OriginalLogits = result.OriginalLogits.Value,
            Logits = result.Logits.Value,
            OriginalLossSum = Loss(result.OriginalLogits),
            FinalLossSum = Loss(result.Logits),
            Trace = [.. result.Trace.Select(entry => new TracedSignal(entry.Name, entry.States.Tokens[0]!.Value))],
        };

        LossSum Loss(Tracked logits)
        {
            var (sum, _, count) = ReportedLoss.Sum([(sequence, logits)], Arithmetic.Plain);
            return new LossSum(sum, count);
        }
    }

    private TrackedResult RunOne(TokenSequence sequence, Arithmetic arithmetic, bool trace) =>
        new ConstructedRun(this, _modules, sequence, arithmetic, trace).Run();
}
