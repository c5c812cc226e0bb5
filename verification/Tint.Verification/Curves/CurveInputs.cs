using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Verification.Curves;

/// <summary>The inputs that curves are measured at: normal numbers that float32 holds exactly, the same every time.</summary>
internal sealed class CurveInputs
{
    private const int Seed = 1;
    private const int Tokens = 8;
    private const int Width = 48;
    private const int Prefixes = 16;
    private const int Heads = 4;
    private const int PointsPerDecade = 4;
    private const int Decades = 12;

    private CurveInputs()
    {
        var random = new Random(Seed);
        Argument = Matrix<double>.Build.Dense(Tokens, Width, (_, _) => (float)Normal());
        Gradient = Matrix<double>.Build.Dense(Tokens, Width, (_, _) => (float)Normal());
        Weight = Vector<double>.Build.Dense(Width, _ => (float)(1 + (0.2 * Normal())));
        Key = Matrix<double>.Build.Dense(Tokens, Width, (_, _) => (float)Normal());
        Value = Matrix<double>.Build.Dense(Tokens, Width, (_, _) => (float)Normal());

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    public static CurveInputs Shared { get; } = new();

    /// <summary>N from 1 to 1e12.</summary>
    public static IReadOnlyList<double> Scales { get; } =
        [.. Enumerable.Range(0, (Decades * PointsPerDecade) + 1).Select(i => Math.Pow(10, (double)i / PointsPerDecade))];

    /// <summary>z or x, or q, [T × D].</summary>
    public Matrix<double> Argument { get; }

    /// <summary>g, [T × D].</summary>
    public Matrix<double> Gradient { get; }

    /// <summary>γ, [D].</summary>
    public Vector<double> Weight { get; }

    /// <summary>k, [T × D].</summary>
    public Matrix<double> Key { get; }

    /// <summary>v, [T × D].</summary>
    public Matrix<double> Value { get; }

    /// <summary>A curve's name: the arithmetic, and the stencil where it is not the published one.</summary>
    public static string Name(string arithmetic, Stencil stencil) => stencil == Stencil.Forward ? arithmetic : $"{arithmetic}, {stencil}";

    /// <summary>A TinT of that width with finite differences at one N.</summary>
    public static TintConfiguration Configuration(double scale, Departures departures, Stencil? stencil = null) => new()
    {
        Auxiliary = new AuxiliaryConfiguration
        {
            HiddenSize = Width,
            HeadCount = Heads,
            LayerCount = 1,
            VocabularySize = 2,
            MaximumPositions = Tokens,
        },
        HiddenSize = AdmissibleShapes.HiddenSize(Width, Prefixes),
        HeadCount = Heads,
        PrefixCount = Prefixes,
        TrainedLayers = 1,
        FiniteDifferenceScale = scale,
        Stencil = stencil ?? Stencil.Forward,
        Departures = departures,
    };
}
