using FsCheck;
using FsCheck.Fluent;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Helpers;

/// <summary>Random admissible shapes, small enough for a dense evaluation with plain loops.</summary>
public static class ShapeCases
{
    private const int WidestHiddenSize = 160;

    private static readonly int[] Widths = [3, 4, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24];

    public static Arbitrary<ShapeCase> Cases() => Arb.From(Generator(), Simpler);

    /// <summary>Every admissible (D, K, D_sim) of small size.</summary>
    internal static IReadOnlyList<(int Width, int Prefixes, int HiddenSize)> Sizes { get; } =
    [
        .. from width in Widths
           from prefixes in AdmissibleShapes.PrefixCounts(width)
           let size = AdmissibleShapes.HiddenSize(width, prefixes)
           where size <= WidestHiddenSize
           select (width, prefixes, size),
    ];

    private static Gen<ShapeCase> Generator() =>
        from size in Gen.Elements(Sizes.AsEnumerable())
        from auxiliaryHeads in Gen.Elements(Enumerable.Range(1, size.Width).Where(heads => size.Width % heads == 0))
        from heads in Gen.Elements(AdmissibleShapes.HeadCounts(size.Width, auxiliaryHeads, size.HiddenSize))
        from tokens in Gen.Choose(1, 6)
        from spare in Gen.Choose(0, 3)
        from activation in Gen.Elements(Enum.GetValues<ActivationKind>().AsEnumerable())
        from gate in Gen.Elements(0.5, 3.0, 10.0, 50.0)
        from rate in Gen.Elements(1e-3, 0.25, -0.1)
        from scale in Gen.Elements(1000.0, 64.0, 1e5)
        from restricted in Gen.Elements(true, false)
        from seed in Gen.Choose(0, 1_000_000)
        select new ShapeCase(
            new TintConfiguration
            {
                Auxiliary = new AuxiliaryConfiguration
                {
                    HiddenSize = size.Width,
                    HeadCount = auxiliaryHeads,
                    LayerCount = 1,
                    VocabularySize = 5,
                    MaximumPositions = tokens + spare,
                    Activation = activation,
                },
                HiddenSize = size.HiddenSize,
                PrefixCount = size.Prefixes,
                HeadCount = heads,
                TrainedLayers = 1,
                GateScale = gate,
                InnerLearningRate = rate,
                FiniteDifferenceScale = scale,
                RestrictPrefixes = restricted,
            },
            tokens,
            seed);

    private static IEnumerable<ShapeCase> Simpler(ShapeCase shape)
    {
        if (shape.TokenCount > 1)
        {
            yield return shape with { TokenCount = 1 };
            yield return shape with { TokenCount = shape.TokenCount - 1 };
        }

        foreach (var (width, prefixes, size) in Sizes.Where(size => size.HiddenSize < shape.Configuration.HiddenSize).Take(4))
        {
            yield return shape with
            {
                Configuration = shape.Configuration with
                {
                    Auxiliary = shape.Configuration.Auxiliary with { HiddenSize = width, HeadCount = 1 },
                    HiddenSize = size,
                    PrefixCount = prefixes,
                    HeadCount = AdmissibleShapes.HeadCounts(width, 1, size).First(),
                },
            };
        }

        if (!shape.Configuration.RestrictPrefixes)
        {
            yield return shape with { Configuration = shape.Configuration with { RestrictPrefixes = true } };
        }

        if (shape.Configuration.GateScale != 50)
        {
            yield return shape with { Configuration = shape.Configuration with { GateScale = 50 } };
        }
    }
}
