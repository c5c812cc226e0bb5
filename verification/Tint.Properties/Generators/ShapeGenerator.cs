using FsCheck;
using FsCheck.Fluent;
using Tint.Reference.Configuration;
using Tint.Reference.Losses;

namespace Tint.Properties.Generators;

/// <summary>Admissible configurations of both families with all options; every H_aux, K and H_sim that a width admits can come up.</summary>
internal static class ShapeGenerator
{
    // Mostly small: a case of width 32 costs as much as thirty of width 6. Every width has a K, as K = 1 goes with any from 3 on.
    private static readonly int[] SmallWidths = [3, 4, 5, 6, 6, 8, 9, 10, 12];
    private static readonly int[] LargeWidths = [15, 16, 18, 20, 24, 32];
    private static readonly double[] GateScales = [10, 10, 10, 20, 5, 2, 0.5];
    private static readonly double[] Differences = [1000, 1000, 1000, 10, 100, 1e4, 1e5];
    private static readonly double[] Epsilons = [1e-5, 1e-5, 1e-5, 1e-3, 0.1, 1];
    private static readonly double[] LearningRates = [1e-3, 1e-2, 1e-2, 0.0625, -1e-2, 1e-4];

    // Below this G, 3(1 − ρ)N·x̂ stays behind in every normalisation's backward; with a large N or several steps, training leaves the finite numbers.
    private const double LeastScaleToTrain = 5;

    /// <summary>Configurations, each of which passes its checks.</summary>
    public static Gen<TintConfiguration> Configurations() =>
        from auxiliary in Auxiliary()
        from prefixes in Gen.Elements(AdmissibleShapes.PrefixCounts(auxiliary.HiddenSize))
        let hiddenSize = AdmissibleShapes.HiddenSize(auxiliary.HiddenSize, prefixes)
        from heads in Gen.Elements(AdmissibleShapes.HeadCounts(auxiliary.HiddenSize, auxiliary.HeadCount, hiddenSize))
        from trained in Gen.Choose(0, auxiliary.LayerCount + 1)
        from steps in Gen.Frequency((1, Gen.Constant(0)), (6, Gen.Constant(1)), (2, Gen.Constant(2)), (1, Gen.Constant(3)))
        from rate in Gen.Elements(LearningRates)
        from gate in Gen.Elements(GateScales)
        from difference in Gen.Elements(Differences)
        from loss in Gen.Frequency(LossFunction.All.Select(loss => (loss.Kind == LossKind.CrossEntropy ? 3 : 1, Gen.Constant(loss.Kind))))
        from restrict in Flag(3)
        from attentionBackward in Flag(3)
        from biasOnly in Flag(2)
        from share in Flag(1)
        from departures in Departure()
        select new TintConfiguration
        {
            Auxiliary = auxiliary,
            HiddenSize = hiddenSize,
            HeadCount = heads,
            PrefixCount = prefixes,
            TrainedLayers = Math.Min(trained, auxiliary.LayerCount),
            SgdSteps = gate < LeastScaleToTrain ? Math.Min(steps, 1) : steps,
            InnerLearningRate = rate,
            GateScale = gate,
            FiniteDifferenceScale = gate < LeastScaleToTrain ? Differences.Min() : difference,
            Loss = loss,
            RestrictPrefixes = restrict,
            BackpropagateThroughAttention = attentionBackward,
            LayerNormBiasOnly = biasOnly,
            ShareBlocks = share,
            Departures = departures,
        };

    /// <summary>True with a chance of <paramref name="weight"/> to 1.</summary>
    public static Gen<bool> Flag(int weight) => Gen.Frequency((weight, Gen.Constant(true)), (1, Gen.Constant(false)));

    private static Gen<AuxiliaryConfiguration> Auxiliary() =>
        from family in Gen.Elements(AuxiliaryFamily.Gpt2, AuxiliaryFamily.Opt)
        from width in Gen.Frequency((15, Gen.Elements(SmallWidths)), (1, Gen.Elements(LargeWidths)))
        from heads in Gen.Elements(Enumerable.Range(1, width).Where(h => width % h == 0))
        from layers in Gen.Frequency((5, Gen.Constant(1)), (4, Gen.Constant(2)), (1, Gen.Constant(3)))
        from vocabulary in Gen.Choose(2, 9)
        from positions in Gen.Choose(1, 7)
        from chunks in Gen.Frequency((2, Gen.Constant(4)), (2, Gen.Constant(1)), (2, Gen.Constant(2)), (1, Gen.Constant(3)))
        from activation in Gen.Elements(Enum.GetValues<ActivationKind>().Where(kind => kind != ActivationKind.GeluFast))
        from epsilon in Gen.Elements(Epsilons)
        select new AuxiliaryConfiguration
        {
            Family = family,
            HiddenSize = width,
            HeadCount = heads,
            LayerCount = layers,
            VocabularySize = vocabulary,
            MaximumPositions = positions,
            MlpChunkCount = width > 12 ? Math.Min(chunks, 2) : chunks,

            // The two are of one formula: gelu_fast takes half of the other's cases, and every other case stays what it was.
            Activation = activation == ActivationKind.GeluBloom && vocabulary % 2 == 0 ? ActivationKind.GeluFast : activation,
            LayerNormEpsilon = epsilon,
        };

    private static Gen<Departures> Departure() =>
        from all in Gen.Choose(0, 5)
        from leak in Flag(1)
        from perChunk in Flag(1)
        from unmasked in Flag(1)
        from dense in Flag(1)
        select all switch
        {
            0 => Departures.Published,
            1 => Departures.Paper,
            _ => new Departures
            {
                GateLeak = leak,
                MlpBiasLearntPerChunk = perChunk,
                LastPositionUnmasked = unmasked,
                DenseLayerNormDescent = dense,
            },
        };
}
