using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Architecture;

public sealed class WalkTests
{
    private static readonly Leaf First = Leaf("a");
    private static readonly Leaf Second = Leaf("b");
    private static readonly Leaf Third = Leaf("c");

    private static readonly Dictionary<string, (BlockPlan Plan, Func<double, double> Formula, string[] Order)> Plans = new()
    {
        ["one after the other"] = (new(First, Second), x => F(Second, F(First, x)), ["a 0", "b 0"]),
        ["residual"] = (new(new Residual(First, Second)), x => x + F(Second, F(First, x)), ["a 0", "b 0", "+ Residual"]),
        ["post-norm"] = (new(new Residual(First), Second), x => F(Second, x + F(First, x)), ["a 0", "+ Residual", "b 0"]),
        ["sum"] = (
            new(new Sum(new Branch(First, Second), new Branch(Third))), x => F(Second, F(First, x)) + F(Third, x), ["a 0", "b 0", "c 0", "+ Sum"]),
        ["product"] = (
            new(new Product(Place.Gated, new Branch(First, Second), new Branch(Third))),
            x => F(Second, F(First, x)) * F(Third, x),
            ["a 0", "b 0", "c 0", "mlp.product 0"]),
        ["chunks"] = (
            new(new Chunks(3, First, Second)),
            x => F(Second, F(First, x)) + F(Second, F(First, x, 1), 1) + F(Second, F(First, x, 2), 2),
            ["a 0", "b 0", "a 1", "b 1", "+ Chunks", "a 2", "b 2", "+ Chunks"]),
        ["parallel block with a gate"] = (
            new(new Residual(First, new Sum(new Branch(Second), new Branch(new Product(Place.Gated, new Branch(Third), new Branch(Leaf("d")))))), Leaf("e")),
            x => F(Leaf("e"), x + F(Second, F(First, x)) + (F(Third, F(First, x)) * F(Leaf("d"), F(First, x)))),
            ["a 0", "b 0", "c 0", "d 0", "mlp.product 0", "+ Sum", "+ Residual", "e 0"]),
    };

    public static TheoryData<string> Names => [.. Plans.Keys];

    public static TheoryData<string, string> Sizes
    {
        get
        {
            var sizes = new TheoryData<string, string>();
            foreach (var family in FamilyCatalogue.Families)
            {
                foreach (var size in FamilyCatalogue.Sizes(family))
                {
                    sizes.Add(family, size);
                }
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_is_the_formula_that_the_plan_says(string name)
    {
        var (plan, formula, order) = Plans[name];
        var reading = new ToyReading();
        Near(formula(0.3), Walk.Forward(plan, reading, (Dual)0.3).Value);
        Assert.Equal(order, reading.Log);
        Assert.Equal(order.Where(step => step[0] != '+' && step[0] != 'm'), plan.Steps.Select(step => $"{step.Leaf.Place} {step.Chunk}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_is_forward_reversed(string name)
    {
        var (plan, formula, order) = Plans[name];
        var reading = new ToyReading();
        Walk.Forward(plan, reading, (Dual)0.3);
        reading.Log.Clear();
        var gradient = Walk.Backward(plan, reading, (Dual)1).Value;

        // A product's branches add where they part, and of sums it matters which leaves have run before.
        const double Step = 1e-6;
        Assert.Equal((formula(0.3 + Step) - formula(0.3 - Step)) / (2 * Step), gradient, 1e-8);
        Assert.Equal(order.Where(step => step[0] != '+').Reverse(), reading.Log.Where(step => step[0] != '+'));
        Assert.Equal(order.Count(step => step[0] is '+' or 'm'), reading.Log.Count(step => step[0] == '+'));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_family_is_differentiated_by_its_plan(string family, string size)
    {
        foreach (var plan in FamilyCatalogue.Size(family, size).Blocks().Select(block => block.Plan).Distinct())
        {
            var ofInput = new ToyReading();
            var forward = Walk.Forward(plan, ofInput, new Dual(0.3, 1));
            Near(forward.Slope, Walk.Backward(plan, ofInput, (Dual)1).Value);
            Near(Walk.Forward(plan, new ToyReading { Encoder = new Dual(0.7, 1) }, (Dual)0.3).Slope, ofInput.EncoderGradient);
            Assert.Equal(plan.Leaves.Any(leaf => leaf is Attention { ReadsEncoder: true }), ofInput.EncoderGradient != 0);
        }
    }

    [Fact]
    public void A_reading_may_take_the_whole_inner_width_at_once()
    {
        var reading = new ToyReading { PartsAtMost = 1 };
        Near(F(Second, F(First, 0.3)), Walk.Forward(new(new Chunks(3, First, Second)), reading, (Dual)0.3).Value);
        Assert.Equal(["a 0", "b 0"], reading.Log);
    }

    [Fact]
    public void Every_signal_is_released_once_behind_its_last_reader_but_for_what_comes_in_and_out()
    {
        var plan = new BlockPlan(
            First,
            new Residual(Second, new Sum(new Branch(Third), new Branch(Leaf("d"), Leaf("e")))),
            new Product(Place.Gated, new Branch(Leaf("f")), new Branch(Leaf("g"))),
            new Chunks(3, Leaf("h"), Leaf("i")));
        var reading = new OwningReading();
        var input = reading.New();
        var output = Walk.Forward(plan, reading, input);
        Assert.Equal([input, output], reading.Alive);

        var gradient = Walk.Backward(plan, reading, output);
        Assert.Equal([input, output, gradient], reading.Alive);
    }

    [Fact]
    public void What_a_walk_cannot_do_is_refused_by_name()
    {
        Refuse(new(), "a node wherever a signal passes");
        Refuse(new(new Residual()), "a node wherever a signal passes");
        Refuse(new(new Sum()), "none in Sum");
        Refuse(new(new Strange()), "Strange");
        Assert.Contains("chunks must not lie within chunks", Assert.Throws<RuleViolationException>(
            () => new BlockPlan(new Chunks(2, new Chunks(2, First))).Steps).Message, StringComparison.Ordinal);
        var auxiliary = AuxiliaryConfiguration.Tiny;
        var gated = new BlockPlan(new Product(Place.Gated, new Branch(new Activation(Place.Activation, ActivationKind.Relu)), new Branch(First)));
        Assert.Contains("mlp.product", Assert.Throws<RuleViolationException>(
            () => Walk.Forward(gated, new WithoutProducts(), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("attention.gate", Assert.Throws<RuleViolationException>(
            () => PreNormBlock.Of(auxiliary)[new Place("attention.gate")]).Message, StringComparison.Ordinal);

        static void Refuse(BlockPlan plan, string named) => Assert.Contains(
            named, Assert.Throws<RuleViolationException>(() => Walk.Forward(plan, new ToyReading(), (Dual)1)).Message, StringComparison.Ordinal);
    }

    /// <summary>A leaf with a switch that a reading does not know must not be read as if it had none.</summary>
    [Fact]
    public void What_the_published_code_has_not_is_said_by_the_leaf()
    {
        var attention = Attention.OfWidth(4, 2);
        Assert.All(PreNormBlock.Of(AuxiliaryConfiguration.Tiny).Leaves, leaf => Assert.True(leaf.IsPublished));
        Leaf[] others =
        [
            new RmsNorm(Place.MlpNorm, 4),
            new Norm(Place.MlpNorm, 4) { IsAffine = false },
            new Linear(Place.Output, 4, 4) { HasBias = false },
            attention with { ReadsEncoder = true },
            attention with { Form = new() { ScoreScale = 1 } },
            Attention.OfWidth(4, 2, hasBiases: false),
        ];
        Assert.All(others, leaf => Assert.False(leaf.IsPublished));
        Assert.Contains("Attention at cross", Assert.Throws<RuleViolationException>(() => SimulatedBlock.Forward(
            TintConfiguration.For(AuxiliaryConfiguration.Tiny), new(attention.Across()), new AuxiliaryLayer(), Matrix<double>.Build.Dense(2, 4), null)).Message, StringComparison.Ordinal);
    }

    private static Activation Leaf(string name) => new(new Place(name), ActivationKind.Relu);

    private static double F(Leaf leaf, double x, int chunk = 0)
    {
        var (a, b) = ToyReading.Coefficients(leaf.Place, chunk);
        return (a * x) + (b * x * x);
    }

    /// <summary>Equal but for the order of a few dozen sums and products of numbers near 1.</summary>
    private static void Near(double expected, double actual) => Assert.Equal(expected, actual, 1e-12 * (1 + Math.Abs(expected)));

    private sealed record Strange : Node;

    private sealed class WithoutProducts : IForwardReading<int>
    {
        public int Forward(Leaf leaf, int chunk, int input) => input;

        public int Add(Node node, int newer, int older) => newer + older;
    }

    /// <summary>Signals that must be given back: a leaf makes a new one, a sum takes the newer one's room, a product keeps both in memory.</summary>
    private sealed class OwningReading : IForwardReading<int>, IBackwardReading<int>
    {
        private int _last;

        public List<int> Alive { get; } = [];

        public int New()
        {
            Alive.Add(++_last);
            return _last;
        }

        public int Forward(Leaf leaf, int chunk, int input) => Made(input);

        public int Backward(Leaf leaf, int chunk, int gradient) => Made(gradient);

        public int Add(Node node, int newer, int older)
        {
            Assert.NotEqual(newer, older);
            Assert.Contains(newer, Alive);
            Assert.Contains(older, Alive);
            return newer;
        }

        public int Multiply(Product product, int chunk, int left, int right)
        {
            Release(left);
            Release(right);
            return New();
        }

        public (int Left, int Right) MultiplyBackward(Product product, int chunk, int gradient) => (Made(gradient), New());

        public void Release(int signal) => Assert.True(Alive.Remove(signal));

        private int Made(int from)
        {
            Assert.Contains(from, Alive);
            return New();
        }
    }
}
