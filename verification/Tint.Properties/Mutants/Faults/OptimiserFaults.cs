using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of weight decay, momentum, rates by layer and the mean loss; with plain SGD on the sum nothing is wrong.</summary>
internal static class OptimiserFaults
{
    private const string Plain = "the published code has plain SGD on the summed loss alone";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        Mutant(
            "optimiser.decay-takes-rate-twice",
            "Weight decay takes η²λ of a weight.",
            "the decay added to a gradient that holds η already",
            Faulty.LinearDescent(correct => (configuration, layer, gradient, memory, mask) => correct(
                Decayed(configuration, Math.Min(1, configuration.InnerLearningRate) * configuration.Optimiser.WeightDecay), layer, gradient, memory, mask))),
        Mutant(
            "optimiser.decay-spares-biases",
            "Biases of linear layers do not decay.",
            "the habit of training scripts taken for the optimiser's rule",
            Faulty.LinearDescent(correct => (configuration, layer, gradient, memory, mask) => correct(configuration, layer, gradient, memory, mask) with
            {
                Bias = correct(Decayed(configuration, 0), layer, gradient, memory, mask).Bias,
            })),
        Mutant(
            "optimiser.decay-of-untrained-scale",
            "Weight decay shrinks γ where β alone learns.",
            "one gate for all that stands in a prefix",
            Faulty.LayerNormDescent(correct => (configuration, layer, gradient, memory, mask) =>
            {
                var updated = correct(configuration, layer, gradient, memory, mask);
                var kept = configuration.LayerNormBiasOnly ? 1 - (configuration.InnerLearningRate * configuration.Optimiser.WeightDecay) : 1;
                return updated with { Weight = kept * updated.Weight, Dense = updated.Dense is null ? null : kept * updated.Dense };
            })),
        Mutant(
            "optimiser.momentum-looks-ahead",
            "What is repeated is the step just taken, not the last one.",
            "Nesterov's form taken for the plain one",
            modules => new MomentumLooksAhead(modules)),
        Mutant(
            "optimiser.momentum-dampened",
            "With momentum a gradient counts 1 − μ.",
            "the running mean of an adaptive method taken for momentum's sum",
            modules => new MomentumDampened(modules)),
        Mutant(
            "optimiser.momentum-across-sequences",
            "A sequence begins with the last step of the one before it.",
            "state of the optimiser kept where weights are reset",
            modules => new MomentumAcrossSequences(modules)),
        Mutant(
            "optimiser.rates-from-the-top",
            "Rates by layer count from the highest block down.",
            "two ways to count blocks",
            modules => new RatesFromTheTop(modules)),
        Mutant(
            "optimiser.rate-of-final-norm",
            "The final norm learns with the highest block's rate.",
            "what lies behind the blocks taken for part of the last",
            modules => new RateOfFinalNorm(modules)),
        Mutant(
            "optimiser.mean-over-tokens",
            "The sum is divided by the number of tokens.",
            "a factor that is known when weights are written",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) => configuration.Optimiser.MeanOverTargets
                ? correct(configuration with { Optimiser = Optimiser.Plain }, embedding, y, sequence) / sequence.Length
                : correct(configuration, embedding, y, sequence))),
        Mutant(
            "optimiser.mean-over-trained-tokens",
            "The sum is divided by the number of tokens that are trained on, the first and what the gradient mask leaves out included.",
            "the train mask summed where its targets were meant",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) => configuration.Optimiser.MeanOverTargets
                ? correct(configuration with { Optimiser = Optimiser.Plain }, embedding, y, sequence) / sequence.TrainMask.Sum()
                : correct(configuration, embedding, y, sequence))),
    ];

    private static Mutant Mutant(string name, string fault, string models, Func<ITintModules, ITint> apply) =>
        Faulty.Mutant(name, fault, models, apply, unseenByFixtures: Plain);

    private static TintConfiguration Decayed(TintConfiguration configuration, double decay) =>
        configuration with { Optimiser = configuration.Optimiser with { WeightDecay = decay } };

    private sealed class MomentumLooksAhead(ITintModules modules) : MutantTint(modules)
    {
        protected override AuxiliaryWeights GoOn(
            TintConfiguration configuration, AuxiliaryWeights descended, AuxiliaryWeights before, AuxiliaryWeights previous) =>
            base.GoOn(configuration, descended, descended, before);
    }

    private sealed class MomentumDampened(ITintModules modules) : MutantTint(modules)
    {
        protected override TintConfiguration Descending(TintConfiguration configuration, int? layer)
        {
            var own = base.Descending(configuration, layer);
            return own with { InnerLearningRate = (1 - own.Optimiser.Momentum) * own.InnerLearningRate };
        }
    }

    private sealed class MomentumAcrossSequences(ITintModules modules) : MutantTint(modules)
    {
        [ThreadStatic]
        private static (AuxiliaryWeights Weights, AuxiliaryWeights Previous)? last;

        public override TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<Reference.Input.TokenSequence> batch)
        {
            last = null;
            return base.Run(configuration, weights, batch);
        }

        protected override AuxiliaryWeights GoOn(
            TintConfiguration configuration, AuxiliaryWeights descended, AuxiliaryWeights before, AuxiliaryWeights previous)
        {
            var going = ReferenceEquals(before, previous) && last is { } other
                ? base.GoOn(configuration, descended, other.Weights, other.Previous)
                : base.GoOn(configuration, descended, before, previous);
            last = (going, before);
            return going;
        }
    }

    private sealed class RatesFromTheTop(ITintModules modules) : MutantTint(modules)
    {
        protected override TintConfiguration Descending(TintConfiguration configuration, int? layer)
        {
            ArgumentNullException.ThrowIfNull(configuration);
            return base.Descending(configuration, layer is { } own ? configuration.Auxiliary.LayerCount - 1 - own : null);
        }
    }

    private sealed class RateOfFinalNorm(ITintModules modules) : MutantTint(modules)
    {
        protected override TintConfiguration Descending(TintConfiguration configuration, int? layer)
        {
            ArgumentNullException.ThrowIfNull(configuration);
            return base.Descending(configuration, layer ?? configuration.Auxiliary.LayerCount - 1);
        }
    }
}
