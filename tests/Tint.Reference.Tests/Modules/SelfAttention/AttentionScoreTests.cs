using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.SelfAttention;

/// <summary>Attention's score path by a finite difference: construction, closed form, the exact gradient within the certificate, and faults that must show.</summary>
public sealed class AttentionScoreTests
{
    private delegate (Matrix<double> Query, Matrix<double> Key) Scores(FormedLayers layers, AttentionForm form);

    private static readonly Dictionary<string, (string Form, Scores Scores)> Faults = new()
    {
        ["queries and keys change places"] = ("both directions", (layers, form) => Swapped(Right(layers, form))),
        ["the scale of scores is forgotten"] = ("one key and value head", (layers, form) => Times(Right(layers, form), 1 / form.Scale(layers.Auxiliary))),
        ["the gradient is taken for the value"] = ("both directions", (layers, form) => Compute(layers, form, gradient: layers.Memory.Input)),
        ["values are computed of queries"] = ("slopes", (layers, form) => SimulatedAttention.ScoreBackward(
            layers.Configuration, layers.Value, layers.Gradient, layers.Memory with { Input = layers.Memory.Query }, layers.IclMask, form)),
        ["the step is N, not 1/N"] = ("both directions", (layers, form) => Times(Compute(layers, form, scale: 1 / layers.Configuration.FiniteDifferenceScale), 1e-3)),
        ["the other stencil is taken"] = (
            "both directions",
            (layers, form) => Compute(layers, form, stencil: layers.Configuration.Stencil == Stencil.Central ? Stencil.Forward : Stencil.Central)),
        ["gradients are not turned back"] = ("rotation of halves", (layers, form) =>
        {
            var (query, key) = Right(layers, form);
            return (form.Rotation!.Apply(query, layers.Auxiliary.HeadCount), form.Rotation.Apply(key, layers.Auxiliary.HeadCount));
        }
        ),
        ["keys of a group take the first head's gradient"] = ("one key and value head", (layers, form) =>
        {
            var size = layers.Auxiliary.HeadSize;
            var first = layers.Gradient.MapIndexed((_, column, value) => column < size ? value : 0, Zeros.Include);
            return (Right(layers, form).Query, Compute(layers, form, gradient: first).Key);
        }
        ),
        ["later tokens are seen"] = ("grouped queries", (layers, form) => Right(layers, form with { IsCausal = false })),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    public static TheoryData<string> FormNames => [.. AttentionForms.Names];

    [Theory]
    [MemberData(nameof(FormNames))]
    public void The_closed_form_is_the_construction_gates_included(string name) => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(12),
        Prop.ForAll(ShapeCases.Cases(), shape => Stencil.All.All(stencil =>
            Admitted(shape, stencil) is not { } wide || AttentionForms.Of(name, wide) is not { } form || !Fits(wide, form) || Worst(wide, form, Right) <= 1)));

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_fault_shows(string name)
    {
        var (form, scores) = Faults[name];
        double Ratio(ShapeCase shape, Scores compute) => Admitted(shape, Stencil.All[shape.Seed % 2]) is { } wide && AttentionForms.Of(form, wide) is { } admitted && Fits(wide, admitted)
            ? Worst(wide, admitted, compute)
            : 0;
        Closeness.Sees(shape => Ratio(shape, Right), shape => Ratio(shape, scores));
    }

    /// <summary>The exact gradients of queries and keys, which the difference comes to as 1/N, or as 1/N² from both sides.</summary>
    [Theory]
    [MemberData(nameof(FormNames))]
    public void It_goes_to_the_exact_gradient_at_the_stencils_order(string name)
    {
        var tried = 0;
        foreach (var drawn in Closeness.Shapes)
        {
            foreach (var stencil in Stencil.All)
            {
                if (Admitted(drawn, stencil) is not { } wide || AttentionForms.Of(name, wide) is not { } form || !Fits(wide, form))
                {
                    continue;
                }

                var shape = wide with { Configuration = wide.Configuration with { Departures = Departures.Faithful } };
                var layers = new FormedLayers(shape, form, icl: false);
                var value = ExactLinear.Forward(layers.Value, layers.Memory.Input);
                var exact = new ExactAttentionForm(layers.Auxiliary, form).Attend(layers.Memory.Query, layers.Memory.Key, value).Pullback(layers.Gradient);
                double Error(double scale)
                {
                    var (query, key) = Compute(layers, form, scale: scale);
                    return (query - exact.Query).FrobeniusNorm() + (key - exact.Key).FrobeniusNorm();
                }

                var (far, near, size) = (Error(100), Error(1000), exact.Query.FrobeniusNorm() + exact.Key.FrobeniusNorm());
                Assert.InRange(near, 0, (far / Math.Pow(8, stencil.Order)) + (1e-10 * size));
                tried += far > 1e-9 * size ? 1 : 0;
            }
        }

        Assert.True(tried > 0, "no shape has an error to look at");
    }

    [Fact]
    public void Truncation_stays_within_the_certificate_and_comes_near_it()
    {
        var largest = 0.0;
        var random = new RandomNumbers(3);
        for (var trial = 0; trial < 200; trial++)
        {
            int tokens = 1 + (trial % 6), size = 1 + (trial % 3);
            Matrix<double> Rows(double factor) => random.Matrix(tokens, size, factor);
            var sharpness = Math.Pow(10, (trial % 7) / 3.0);
            var (q, k, v, g) = (Rows(sharpness), Rows(1), Rows(1), Rows(Math.Pow(10, trial % 3)));
            var head = Certificates.Cases.Softmax(q, k, v);
            var exact = ScorePathGradient.Of(head, g);
            foreach (var stencil in Stencil.All)
            {
                foreach (var scale in new[] { 1.0, 10, 100 })
                {
                    var (query, key) = Differentiated(head, g, scale, stencil);
                    var bounds = ScoreDifferenceCertificate.Bound(head, g, scale, stencil);
                    var rounding = 1e-13 * (1 + sharpness) * (scale + g.FrobeniusNorm()) * (1 + q.FrobeniusNorm() + k.FrobeniusNorm());
                    for (var t = 0; t < tokens; t++)
                    {
                        Assert.InRange((query - exact.Query).Row(t).L2Norm(), 0, bounds.Query[t] + rounding);
                        Assert.InRange((key - exact.Key).Row(t).L2Norm(), 0, bounds.Key[t] + rounding);
                        largest = bounds.Query[t] > 1e3 * rounding ? Math.Max(largest, (query - exact.Query).Row(t).L2Norm() / bounds.Query[t]) : largest;
                    }
                }
            }
        }

        Assert.InRange(largest, 0.2, 1);
    }

    [Fact]
    public void Heads_without_as_many_coordinates_again_are_refused_by_rule()
    {
        var c = SmallModels.Configuration with
        {
            Auxiliary = SmallModels.Configuration.Auxiliary with { HiddenSize = 8, HeadCount = 4 },
            PrefixCount = 2,
            HiddenSize = 40,
            HeadCount = 20,
        };
        Refusal.Of(
            () => new AttentionScoreBackward(c, MemorySlots.Attention(c)),
            "as many coordinates of a TinT head again",
            "HeadCount 20 for heads of 2, Auxiliary heads of 2",
            "the nearest HeadCount that work: 10, 5");
        Refusal.Of(() => AdmissibleShapes.Check(c with { Departures = Departures.Faithful }), "the nearest HeadCount that work: 10, 5");
    }

    [Fact]
    public void Every_published_shape_has_room_for_it()
    {
        foreach (var (width, heads) in new[] { (768, 12), (1024, 16), (1280, 20), (1600, 25), (2048, 32), (2560, 32) })
        {
            var auxiliary = AuxiliaryConfiguration.Tiny with { HiddenSize = width, HeadCount = heads };
            AdmissibleShapes.Check(TintConfiguration.For(auxiliary) with { Departures = Departures.Faithful });
        }
    }

    private static (Matrix<double> Query, Matrix<double> Key) Right(FormedLayers layers, AttentionForm form) => Compute(layers, form);

    private static (Matrix<double> Query, Matrix<double> Key) Compute(
        FormedLayers layers,
        AttentionForm form,
        double? scale = null,
        Stencil? stencil = null,
        Matrix<double>? gradient = null)
    {
        var c = layers.Configuration with
        {
            FiniteDifferenceScale = scale ?? layers.Configuration.FiniteDifferenceScale,
            Stencil = stencil ?? layers.Configuration.Stencil,
        };
        return SimulatedAttention.ScoreBackward(
            c, layers.Value, gradient ?? layers.Gradient, layers.Memory, layers.IclMask, form);
    }

    private static (Matrix<double> Query, Matrix<double> Key) Times((Matrix<double> Query, Matrix<double> Key) scores, double factor) =>
        (factor * scores.Query, factor * scores.Key);

    private static (Matrix<double> Query, Matrix<double> Key) Swapped((Matrix<double> Query, Matrix<double> Key) scores) => (scores.Key, scores.Query);

    /// <summary>The largest error/bound of a closed form against the construction, both gradients.</summary>
    private static double Worst(ShapeCase shape, AttentionForm form, Scores compute)
    {
        var layers = new FormedLayers(shape, form, icl: form.IsCausal);
        var (c, memory) = (layers.Configuration, MemorySlots.Attention(layers.Configuration));
        var tokens = layers.Tokens(layers.Gradient)
            .With(memory, new Tracked(layers.Memory.Query))
            .With(memory + 1, new Tracked(layers.Padded(layers.Memory.Key)))
            .With(memory + 2, new Tracked(layers.Memory.Input));
        var output = new AttentionScoreBackward(c, memory, form)
            .Run(new HiddenStates(layers.Stacked(layers.Value), tokens), layers.IclMask, Textbook.Arithmetic).Tokens;
        var (query, key) = compute(layers, form);
        return Math.Max(Closeness.Ratio(query, output[0]), Closeness.Ratio(layers.Padded(key), output[1]));
    }

    private static bool Fits(ShapeCase shape, AttentionForm form) =>
        shape.Configuration.HeadSize >= (2 * shape.Configuration.Auxiliary.HeadSize) + (form.Slopes is null ? 0 : 1);

    /// <summary>The shape with the widest TinT heads; null where they are still too narrow.</summary>
    private static ShapeCase? Admitted(ShapeCase shape, Stencil stencil)
    {
        var (c, auxiliary) = (shape.Configuration, shape.Configuration.Auxiliary);
        var heads = AdmissibleShapes.HeadCounts(auxiliary.HiddenSize, auxiliary.HeadCount, c.HiddenSize).First();
        var wide = shape with { Configuration = c with { HeadCount = heads, Stencil = stencil } };
        return wide.Configuration.HeadSize >= 2 * auxiliary.HeadSize ? wide : null;
    }

    private static (Matrix<double> Query, Matrix<double> Key) Differentiated(AttentionHead head, Matrix<double> g, double scale, Stencil stencil)
    {
        var products = g.TransposeAndMultiply(head.Value);
        Matrix<double> At(double shift)
        {
            double[] largest =
            [
                .. Enumerable.Range(0, g.RowCount).Select(i => Enumerable.Range(0, g.RowCount).Where(j => head.Weights.At(i, j) > 0).Max(j => shift * products.At(i, j))),
            ];
            var weights = head.Weights.MapIndexed(
                (i, j, a) => a == 0 ? 0 : a * Math.Exp(((shift * products.At(i, j)) - largest[i]) / scale), Zeros.Include);
            return weights.NormalizeRows(1);
        }

        var difference = scale * stencil.Weight * head.ScoreScale * (At(1) - At(stencil.Behind));
        return (difference * head.Key, difference.Transpose() * head.Query);
    }
}
