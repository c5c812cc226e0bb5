using System.Globalization;
using Tint.Reference;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Cases;

/// <summary>The shape of a fresh case: D_aux, H_aux, K, H_sim and T.</summary>
/// <param name="Width">D_aux.</param>
/// <param name="Heads">H_aux.</param>
/// <param name="Prefixes">K.</param>
/// <param name="SimulatorHeads">H_sim.</param>
/// <param name="Tokens">T.</param>
internal sealed record CaseShape(int Width, int Heads, int Prefixes, int SimulatorHeads, int Tokens)
{
    private const int DefaultTokens = 12;

    /// <summary>The shapes of the published cases a to d.</summary>
    public static IReadOnlyList<CaseShape> Defaults { get; } =
        [new(24, 3, 8, 12, 12), new(32, 4, 8, 20, 12), new(32, 8, 8, 10, 12), new(48, 6, 16, 8, 20)];

    /// <summary>The shape in the words of a command line.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Width}/{Heads}/{Prefixes}/{SimulatorHeads}/{Tokens}");

    /// <summary>Reads "D/H", "D/H/K", "D/H/K/H_sim" or "D/H/K/H_sim/T"; what is left out is the largest K that fits, then the most heads, then 12 tokens.</summary>
    /// <exception cref="RuleViolationException">It is no shape.</exception>
    public static CaseShape Parse(string text)
    {
        var parts = text.Split('/');
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts.Length is < 2 or > 5 || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] < 1)
            {
                throw new RuleViolationException("a shape must be D/H, D/H/K, D/H/K/H_sim or D/H/K/H_sim/T", $"'{text}'", "use one such as 24/3/8/12/12");
            }
        }

        var prefixes = numbers.Length > 2 ? numbers[2] : AdmissibleShapes.PrefixCounts(numbers[0]).DefaultIfEmpty(1).Max();
        var hiddenSize = AdmissibleShapes.HiddenSize(numbers[0], prefixes);
        var heads = numbers.Length > 3 ? numbers[3] : AdmissibleShapes.HeadCounts(numbers[0], numbers[1], hiddenSize).DefaultIfEmpty(1).Max();
        return new CaseShape(numbers[0], numbers[1], prefixes, heads, numbers.Length > 4 ? numbers[4] : DefaultTokens);
    }

    /// <summary>A TinT of that shape.</summary>
    /// <exception cref="RuleViolationException">The shape is not admissible.</exception>
    public TintConfiguration Configuration(AuxiliaryFamily family, int layers)
    {
        var configuration = new TintConfiguration
        {
            Auxiliary = new AuxiliaryConfiguration
            {
                Family = family,
                HiddenSize = Width,
                HeadCount = Heads,
                LayerCount = layers,
                VocabularySize = 50,
                MaximumPositions = Math.Max(16, Tokens),
                Activation = family == AuxiliaryFamily.Opt ? ActivationKind.Relu : ActivationKind.GeluNew,
                LayerNormEpsilon = 1e-5,
            },
            HiddenSize = AdmissibleShapes.HiddenSize(Width, Prefixes),
            HeadCount = SimulatorHeads,
            PrefixCount = Prefixes,
            InnerLearningRate = 0.01,
            GateScale = 10,
            FiniteDifferenceScale = 1000,
            RestrictPrefixes = true,
            BackpropagateThroughAttention = true,
            SgdSteps = 1,
            TrainedLayers = layers,
            Loss = LossKind.CrossEntropy,
            LayerNormBiasOnly = true,
        };
        AdmissibleShapes.Check(configuration);
        return configuration;
    }
}
