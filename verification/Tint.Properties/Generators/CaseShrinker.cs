using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Properties.Generators;

/// <summary>
/// Simpler cases than a given one, all admissible, the boldest first: fewer sequences, layers, tokens, steps, chunks; smaller shapes; options
/// and masks at their defaults; numbers zero or short. No case is its own descendant.
/// </summary>
public static class CaseShrinker
{
    private static readonly AuxiliaryFamily DefaultFamily = AuxiliaryFamily.Gpt2;

    /// <summary>The candidates.</summary>
    public static IEnumerable<LawCase> Shrink(LawCase item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Sequences(item).Concat(Sizes(item)).Concat(Tokens(item)).Concat(Shapes(item)).Concat(Options(item))
            .Concat(Masks(item)).Concat(ShrinkNumbers.Of(item));
    }

    private static IEnumerable<LawCase> Sequences(LawCase item)
    {
        if (item.Batch.Count > 1)
        {
            yield return item with { Batch = [item.Batch[0]] };
            yield return item with { Batch = [.. item.Batch.Take(item.Batch.Count - 1)] };
        }
    }

    private static IEnumerable<LawCase> Sizes(LawCase item)
    {
        var (configuration, auxiliary) = (item.Configuration, item.Auxiliary);
        foreach (var layers in Smaller(auxiliary.LayerCount, 1))
        {
            yield return CaseSurgery.Fit(item, configuration with
            {
                Auxiliary = auxiliary with { LayerCount = layers },
                TrainedLayers = Math.Min(layers, configuration.TrainedLayers),
            });
        }

        foreach (var steps in Smaller(configuration.SgdSteps, 0))
        {
            yield return item with { Configuration = configuration with { SgdSteps = steps } };
        }

        foreach (var trained in Smaller(configuration.TrainedLayers, 0))
        {
            yield return item with { Configuration = configuration with { TrainedLayers = trained } };
        }

        foreach (var chunks in Smaller(auxiliary.MlpChunkCount, 1))
        {
            yield return CaseSurgery.Fit(item, configuration with { Auxiliary = auxiliary with { MlpChunkCount = chunks } });
        }

        var usedIds = item.Batch.Max(sequence => Math.Max(sequence.InputIds.Max(), sequence.Labels?.Max() ?? 0)) + 1;
        var usedPositions = item.Batch.Max(sequence => sequence.Length);
        if (Math.Max(2, usedIds) < auxiliary.VocabularySize || usedPositions < auxiliary.MaximumPositions)
        {
            yield return CaseSurgery.Fit(item, configuration with
            {
                Auxiliary = auxiliary with { VocabularySize = Math.Max(2, usedIds), MaximumPositions = usedPositions },
            });
        }
    }

    private static IEnumerable<LawCase> Tokens(LawCase item)
    {
        for (var index = 0; index < item.Batch.Count; index++)
        {
            var length = item.Batch[index].Length;
            if (length > 3)
            {
                yield return CaseSurgery.KeepTokens(item, index, [.. Enumerable.Range(0, length / 2)]);
            }

            for (var left = 0; left < length && length > 1; left++)
            {
                yield return CaseSurgery.KeepTokens(item, index, [.. Enumerable.Range(0, length).Where(t => t != left)]);
            }
        }
    }

    /// <summary>Every smaller width with its simplest shape; at the same width, fewer prefixes, heads and auxiliary heads.</summary>
    private static IEnumerable<LawCase> Shapes(LawCase item)
    {
        var (configuration, auxiliary) = (item.Configuration, item.Auxiliary);
        for (var width = AdmissibleShapes.FewestRowsPerPrefix; width <= auxiliary.HiddenSize; width++)
        {
            foreach (var heads in Enumerable.Range(1, auxiliary.HeadCount).Where(h => width % h == 0))
            {
                foreach (var prefixes in AdmissibleShapes.PrefixCounts(width).Where(k => k <= configuration.PrefixCount))
                {
                    var hiddenSize = AdmissibleShapes.HiddenSize(width, prefixes);
                    var smallest = AdmissibleShapes.HeadCounts(width, heads, hiddenSize).First();
                    if ((width, heads, prefixes) != (auxiliary.HiddenSize, auxiliary.HeadCount, configuration.PrefixCount)
                        || smallest < configuration.HeadCount)
                    {
                        yield return CaseSurgery.Fit(item, configuration with
                        {
                            Auxiliary = auxiliary with { HiddenSize = width, HeadCount = heads },
                            HiddenSize = hiddenSize,
                            PrefixCount = prefixes,
                            HeadCount = smallest,
                        });
                    }
                }
            }
        }
    }

    private static IEnumerable<LawCase> Options(LawCase item)
    {
        var configuration = item.Configuration;
        TintConfiguration[] simpler =
        [
            configuration with { Departures = Departures.Published },
            configuration with { RestrictPrefixes = true },
            configuration with { BackpropagateThroughAttention = true },
            configuration with { LayerNormBiasOnly = true },
            configuration with { ShareBlocks = true },
            configuration with { Loss = LossKind.CrossEntropy },
            configuration with { FiniteDifferenceScale = 1000 },
            configuration with { GateScale = 10 },
            configuration with { InnerLearningRate = 1e-3 },
            WithAuxiliary(configuration, configuration.Auxiliary with { Family = DefaultFamily }),
            WithAuxiliary(configuration, configuration.Auxiliary with { LayerNormEpsilon = 1e-5 }),
            WithAuxiliary(configuration, configuration.Auxiliary with { Activation = ActivationKind.Relu }),
        ];
        return simpler.Where(other => other != configuration).Select(other => CaseSurgery.Fit(item, other));
    }

    private static IEnumerable<LawCase> Masks(LawCase item)
    {
        for (var index = 0; index < item.Batch.Count; index++)
        {
            var sequence = item.Batch[index];
            TokenSequence?[] simpler =
            [
                sequence.IclMask is null ? null : sequence with { IclMask = null },
                sequence.GradientMask is null ? null : sequence with { GradientMask = null },
                sequence.Labels is null ? null : sequence with { Labels = null },
                sequence.TrainMask.All(value => value == 1) ? null : sequence with { TrainMask = [.. sequence.TrainMask.Select(_ => 1.0)] },
                sequence.InputIds.All(id => id == 0) ? null : sequence with { InputIds = [.. sequence.InputIds.Select(_ => 0)] },
            ];
            foreach (var other in simpler.OfType<TokenSequence>())
            {
                yield return item with { Batch = [.. item.Batch.Select((kept, i) => i == index ? other : kept)] };
            }
        }
    }

    private static TintConfiguration WithAuxiliary(TintConfiguration configuration, AuxiliaryConfiguration auxiliary) =>
        configuration with { Auxiliary = auxiliary };

    private static IEnumerable<int> Smaller(int value, int least) =>
        value <= least ? [] : new[] { least, value - 1 }.Distinct();
}
