using MathNet.Numerics.LinearAlgebra;
using Tint.Proofs.Degrees;
using Tint.Proofs.Drawing;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Proofs.Claims;

/// <summary>What the modules of operations of other architectures compute, against their closed forms; and linear layers some of whose rows are padding.</summary>
internal static class OperationClaims
{
    private const int Width = 16;
    private const int Heads = 4;
    private const int Tokens = 4;
    private const int Others = 3;
    private static readonly Degree One = Degree.Unknown;
    private static readonly double[] TrainMask = [1, 0, 1, 1];

    /// <summary>Four heads of four coordinates, in a TinT whose heads have room for a slope.</summary>
    private static readonly TintConfiguration Shape = Wide(Setting.Of(width: Width, heads: Heads, prefixes: 4, rho: 0.75, n: 4, eta: 0.625) with { LayerNormBiasOnly = false });

    /// <summary>The form whose scores have the highest degree: angles are unknowns.</summary>
    private static readonly AttentionForm Turned = new() { Rotation = new() { Dimensions = 4, PositionDivisor = 2 } };

    private static readonly (string Name, Func<Draw, AttentionForm> Form)[] Forms =
    [
        ("grouped queries", _ => new() { KeyValueHeadCount = 2 }),
        ("rotation of a scaled position", _ => Turned),
        ("slopes and a scale", _ => new() { Slopes = [0.5, 0.25, 1, 2], ScoreScale = 0.25 }),
        ("relative buckets", draw => new() { Relative = new() { Buckets = new() { Count = 4, MaximumDistance = 3, IsBidirectional = false }, Table = draw.Matrix(4, Heads) } }),
        ("both directions", _ => new() { IsCausal = false }),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<Claim> All() =>
    [
        Claim("RmsNormForward/no mean", count => count.Compared(count.Linear(One, count.Normalised(One))), (tint, draw) =>
            ModuleClaims.Remembered(tint.RmsNormForward(Shape, Scale(draw), Signal(draw)))),
        Claim("RmsNormBackward/no mean", count => count.Compared(count.NormBackward(One, One, One, One)), (tint, draw) =>
            [new("output", tint.RmsNormBackward(Shape, Scale(draw), Signal(draw), new LayerNormMemory(Signal(draw), Signal(draw))))]),
        Claim("RmsNormDescent/no mean", count => count.Compared(count.Descended(One, One, One)), (tint, draw) =>
            Part.Of("updated", tint.RmsNormDescent(Shape, Scale(draw), Signal(draw), new LayerNormMemory(Signal(draw), Signal(draw)), TrainMask))),
        .. new[] { (Name: "two signals", Configuration: Shape), (Name: "softmax alone", Configuration: Shape with { UseSoftmax = true, TwinScale = 2 }) }
            .SelectMany(setting => Products(setting.Name, setting.Configuration)),
        .. Forms.SelectMany(form => Formed(form.Name, form.Form)),
        Claim("CrossAttentionForward/another sequence", count => ModuleClaims.Attention(count, Turned), (tint, draw) =>
        {
            var (output, memory) = tint.CrossAttentionForward(Shape, Square(draw), Square(draw), Square(draw), Signal(draw), draw.Matrix(Others, Width));
            return [new("output", output), new("memory.query", memory.Query), new("memory.key", memory.Key), new("memory.other", memory.Other)];
        }),
        Claim("CrossAttentionBackwardDescent/another sequence", count => ModuleClaims.AttentionDescent(count, Turned), (tint, draw) =>
        {
            var memory = new CrossAttentionMemory(Signal(draw), draw.Matrix(Others, Width), draw.Matrix(Others, Width));
            var (gradient, updated) = tint.CrossAttentionBackwardDescent(Shape, Square(draw), Signal(draw), memory);
            return [new("output", gradient), .. Part.Of("updated", updated)];
        }),
        Claim("CrossAttentionScoreBackward/another sequence", ModuleClaims.Scores, (tint, draw) =>
        {
            var memory = new CrossAttentionMemory(Signal(draw), draw.Matrix(Others, Width), draw.Matrix(Others, Width));
            var (query, key) = tint.CrossAttentionScoreBackward(Shape, Square(draw), Signal(draw), memory);
            return [new("query", query), new("key", key)];
        }),
        Claim("LinearForward/rows of padding", count => count.Compared(count.Linear(One, One)), (tint, draw) =>
            ModuleClaims.Remembered(tint.LinearForward(Shape, Padded(draw), Signal(draw)))),
        Claim("LinearDescent/rows of padding", count => count.Compared(count.Descended(One, One, One)), (tint, draw) =>
            Part.Of("updated", tint.LinearDescent(Shape, Padded(draw), WithoutPadding(Signal(draw)), Signal(draw), TrainMask))),
    ];

    private static IEnumerable<Claim> Products(string name, TintConfiguration configuration) =>
    [
        Claim($"ProductForward/{name}", configuration, count => count.Compared(count.Multiplied(One, One)), (tint, draw) =>
        {
            var (output, memory) = tint.ProductForward(configuration, Signal(draw), Signal(draw));
            return [new("output", output), new("memory.left", memory.Left), new("memory.right", memory.Right)];
        }),
        Claim($"ProductBackward/{name}", configuration, count => count.Compared(count.Multiplied(One, One)), (tint, draw) =>
        {
            var (left, right) = tint.ProductBackward(configuration, Signal(draw), new ProductMemory(Signal(draw), Signal(draw)));
            return [new("left", left), new("right", right)];
        }),
    ];

    private static IEnumerable<Claim> Formed(string name, Func<Draw, AttentionForm> drawn) =>
    [
        Claim($"FormedAttentionForward/{name}", count => ModuleClaims.Attention(count, Turned), (tint, draw) =>
        {
            var form = drawn(draw);
            return ModuleClaims.Remembered(tint.FormedAttentionForward(Shape, form, Square(draw), Shared(form, draw), Shared(form, draw), Signal(draw), null));
        }),
        Claim($"FormedAttentionBackwardDescent/{name}", count => ModuleClaims.AttentionDescent(count, Turned), (tint, draw) =>
        {
            var form = drawn(draw);
            var memory = new AttentionMemory(Signal(draw), draw.Matrix(Tokens, form.KeyValueHeadCount * Width / Heads ?? Width), Signal(draw));
            var (gradient, updated) = tint.FormedAttentionBackwardDescent(Shape, form, Shared(form, draw), Signal(draw), memory, TrainMask, null);
            return [new("output", gradient), .. Part.Of("updated", updated)];
        }),
    ];

    private static Claim Claim(string name, Action<DegreeCount> degrees, Func<ITint, Draw, IEnumerable<Part>> compute) => Claim(name, Shape, degrees, compute);

    private static Claim Claim(string name, TintConfiguration configuration, Action<DegreeCount> degrees, Func<ITint, Draw, IEnumerable<Part>> compute)
    {
        var count = new DegreeCount(configuration);
        degrees(count);
        return new Claim
        {
            Name = name,
            About = new Setting(name, configuration, TrainMask).About,
            Degrees = count,
            Left = compute,
            Right = draw => compute(new SimulationTint(), draw),
        };
    }

    private static Matrix<double> Signal(Draw draw) => draw.Matrix(Tokens, Width);

    private static LinearParameters Square(Draw draw) => draw.Linear(Width, Width);

    private static LinearParameters Shared(AttentionForm form, Draw draw) => draw.Linear(form.KeyValueHeadCount * Width / Heads ?? Width, Width);

    private static LayerNormParameters Scale(Draw draw) => draw.Norm(Width, hasBias: false);

    /// <summary>The last chunk of an inner width that fills a quarter of it.</summary>
    private static LinearParameters Padded(Draw draw) => InnerChunks.Inner(draw.Linear(Width / 4, Width), 0);

    /// <summary>The gradient at such a chunk, which is 0 behind what it fills.</summary>
    private static Matrix<double> WithoutPadding(Matrix<double> signal) =>
        signal.MapIndexed((_, column, value) => column < Width / 4 ? value : 0, Zeros.Include);

    private static TintConfiguration Wide(TintConfiguration configuration) => configuration with
    {
        HeadCount = AdmissibleShapes.HeadCounts(Width, Heads, configuration.HiddenSize).First(),
    };
}
