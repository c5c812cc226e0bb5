using MathNet.Numerics.LinearAlgebra;
using Tint.Explaining.Examples;
using Tint.Explaining.Texts;
using Tint.Explaining.Walking;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Modules;
using Tint.Verification.Examples;

namespace Tint.Explaining.Tests.Walking;

/// <summary>The walk of every module: its layers, one by one from the written weights, are the construction; and a wrong weight shows.</summary>
public sealed class WalkerTests
{
    public static TheoryData<string> Modules => [.. Walker.Modules];

    [Theory]
    [MemberData(nameof(Modules))]
    public void Every_comparison_of_a_walk_holds_whatever_the_seed(string module)
    {
        foreach (var seed in new int?[] { null, 1 })
        {
            var walk = Walker.Walk(module, seed);
            Assert.True(walk.Holds, string.Join(Environment.NewLine, walk.Checks));
            Assert.Contains(walk.Checks, check => check.Sides == "layer by layer, construction");
            Assert.Contains(walk.Checks, check => check.Sides == "closed form, exact");
            Assert.All(walk.Checks, check => Assert.True(double.IsFinite(check.Error) && double.IsFinite(check.Bound)));
        }
    }

    /// <summary>Every written weight is made half as large again, one at a time; gates are not, which saturate. What stays unseen is multiplied by zero on its way.</summary>
    [Theory]
    [InlineData("LinearForward")]
    [InlineData("LinearBackward", "attnt_module.k_attn_head.weight")]
    [InlineData("LinearDescent", "attnt_module.q_attn.weight")]
    [InlineData("AttentionBackward")]
    [InlineData("ActivationBackward")]
    [InlineData("ProductForward")]
    [InlineData("SoftmaxLinearForward")]
    [InlineData("LossMean")]
    [InlineData("RmsNormForward", "linear.attnt_module.v_attn.weight", "linear.attnt_module.v_attn_head.weight")]
    public void A_wrong_weight_breaks_the_walk(string module, params string[] unread)
    {
        var explained = ExampleBook.Named(module);
        var built = explained.Build(new Example(seed: 5));
        var tried = built.Tensors.Where(tensor => tensor.IsRead
            && !tensor.Name.Contains("gates", StringComparison.Ordinal)
            && tensor.Materialise().Entries.ToArray().Any(static value => value != 0)).ToArray();
        var unseen = tried.Where(tensor => Walker.Walk(explained, built with
        {
            Tensors = built.Tensors.Select(other => other.Name == tensor.Name ? other with { Materialise = () => Larger(tensor.Materialise()) } : other),
        }).Holds);
        Assert.Equal(unread, unseen.Select(tensor => tensor.Name));
        Assert.True(tried.Length > unread.Length + 1, "too few weights were tried");

        static Tensor Larger(Tensor tensor) => new(tensor.Shape, Array.ConvertAll(tensor.Entries.ToArray(), static value => 1.5 * value));
    }

    [Fact]
    public void Every_module_of_the_catalogue_is_explained()
    {
        Assert.NotEmpty(ModuleCatalogue.Names);
        Assert.Empty(ModuleCatalogue.Names.Except(Walker.Modules));
    }

    /// <summary>A module is a public class that runs; the loss gradient alone has no weights of its own to be walked through, as E is the auxiliary model's.</summary>
    [Fact]
    public void Every_module_class_is_explained()
    {
        string[] classes =
        [
            .. typeof(ModuleCatalogue).Assembly.GetExportedTypes()
                .Where(type => type.Namespace!.StartsWith(typeof(ModuleCatalogue).Namespace!, StringComparison.Ordinal) && type.GetMethod("Run") is not null)
                .Select(type => type.Name),
        ];
        Assert.True(classes.Length > ModuleCatalogue.Names.Count);
        Assert.Equal(["LossGradient"], classes.Except(Walker.Modules));
    }

    /// <summary>The others are layouts, layers that modules are made of, what stacks modules to a model, and counts.</summary>
    [Fact]
    public void Every_fact_about_a_module_is_explained()
    {
        string[] facts = [.. Concordance.Labels.Where(label => label.StartsWith('C'))];
        Assert.Contains("C44", facts);
        Assert.Equal(
            ["C1", "C2", "C3", "C15", "C16", "C17", "C18", "C19", "C20", "C21", "C22", "C23", "C24", "C25", "C26", "C27", "C30", "C39"],
            facts.Except(ExampleBook.All.Select(module => module.Label)));
    }

    /// <summary>P·M sinh(s/M)/Σ cosh(s/M) of the scores of one head, by the formula and not by softmax.</summary>
    [Fact]
    public void Twins_by_hand_are_the_hyperbolic_sines_of_the_scores()
    {
        const double Scale = 1000;
        var (hand, scores) = (Walker.Walk("SoftmaxLinearForward").Steps[0].Hand!, Walker.Walk("LinearForward").Steps[0].Hand!);
        Assert.Equal(scores.Contributions.Select(part => part.Weight), hand.Contributions.Select(part => part.Twins!.Score));
        Assert.Equal(scores.Total, hand.Linear);
        Assert.NotEqual(hand.Linear!.Value, hand.Total, 0.01);
        var (example, rows) = (new Example(seed: null), (int[])[1, 4]);
        foreach (var part in hand.Contributions)
        {
            // Prefix k has row 3k + 1 in slot 1, where head 3 + j asks its shard j.
            double[] all = [.. rows.Select(row => Enumerable.Range(2 * (part.Head - 3), 2).Sum(column => example.Layer.Weight[row, column] * example.X[0, column]))];
            Assert.Contains(part.Twins!.Score, all);
            Assert.Equal(2 * Scale * Math.Sinh(part.Twins.Score / Scale) / all.Sum(score => Math.Cosh(score / Scale)), part.Weight, 1e-9);
        }
    }

    [Fact]
    public void The_walk_of_a_fact_has_the_formula_that_stands_under_it()
    {
        Assert.DoesNotContain(Walker.Walk("LinearDescent").Formulas, row => row.Module.Contains("decay", StringComparison.Ordinal));
        Assert.Contains(Walker.Walk("WeightDecay").Formulas, row => row.Module.Contains("decay", StringComparison.Ordinal));
        Assert.Contains(Walker.Walk("SoftmaxLinearForward").Formulas[0].Parts, part => part.Formula.Contains('φ', StringComparison.Ordinal));
    }

    /// <summary>Laws about whole modules see faults of what is behind them too; those are other modules'.</summary>
    [Theory]
    [InlineData("LinearForward", "linear.transposed-weight", "linear.update-sign")]
    [InlineData("LinearDescent", "linear.update-sign", "norm.bessel")]
    [InlineData("AttentionBackward", "attention.backward-untransposed", "loss.averaged")]
    public void The_faults_of_a_module_are_those_that_its_laws_are_the_first_to_see(string module, string its, string another)
    {
        var faults = Walker.Walk(module).Coverage.Mutants;
        Assert.Contains(its, faults);
        Assert.DoesNotContain(another, faults);
    }

    [Fact]
    public void LinearForward_has_the_numbers_of_the_walk_through()
    {
        var (walk, example) = (Walker.Walk("LinearForward"), ExampleDocument.Compute());
        Assert.Equal(example.Signal, Values(walk.Outputs[0], "token 0", 0));
        Assert.Equal(example.Unpermuted, Values(walk.Steps[0].Changes, "token 0", 0));
        var hand = walk.Steps[0].Hand!;
        var score = example.Scores.Single(score => score.Row == 4);
        Assert.Equal((score.Sum, score.Coordinate), (hand.Total, hand.Coordinate));
        Assert.Equal(score.Shards.Where(static shard => shard != 0), hand.Contributions.Select(static part => part.Product));
    }

    [Fact]
    public void Heads_are_read_off_the_weights()
    {
        var forward = Walker.Walk("LinearForward").Steps[0].Heads;
        Assert.Equal(new HeadReading(4, "slot 0[2…3]", "slot 1[2…3]", "e_k", "slot 0[2…3]"), forward[4]);
        Assert.Equal(new HeadReading(9, "e_0", "e_k", "slot 3[0…1]", "slot 1[0…1]"), forward[9]);

        // Mixing over heads as wide as a slot, then a map inside them: row i of every prefix.
        Assert.Equal("slot 0[1 4]", Walker.Walk("LinearBackward").Steps[0].Heads[3].Query);
        Assert.Equal("−0.1·slot 3[2…3]", Walker.Walk("LinearDescent").Steps[0].Heads[4].Value);
        Assert.Equal("slot 0[3…5] at 3", Walker.Walk("AttentionBackward").Steps[0].Heads[1].Value);
        Assert.Equal("slot 1[0…2] + 0.1083·j at 3", Walker.Walk("Slopes").Steps.Single(step => step.Text.StartsWith("Softmax", StringComparison.Ordinal)).Heads[0].Key);
    }

    [Fact]
    public void What_adds_up_by_hand_is_the_number_that_stands_there()
    {
        foreach (var step in Walker.Modules.SelectMany(module => Walker.Walk(module, seed: 4).Steps).Where(step => step.Hand is not null))
        {
            var hand = step.Hand!;
            Assert.Equal(hand.Total, hand.Contributions.Sum(part => part.Product), 1e-9 * (1 + hand.Contributions.Max(part => Math.Abs(part.Product))));
            Assert.All(hand.Contributions, part => Assert.Equal(part.Product, part.Weight * part.Value));
        }
    }

    [Fact]
    public void A_slot_is_named_by_what_it_holds_and_only_by_that()
    {
        var (x, y) = (Matrix<double>.Build.Dense(2, 2, 3), Matrix<double>.Build.DenseOfArray(new double[,] { { 3, 3 }, { 3, 3.0001 } }));
        var namer = new Namer([new Known("x", x)], prefixes: 0, width: 2);
        Assert.Equal(["x", "", null], namer.Names(x.Append(y).Append(Matrix<double>.Build.Dense(2, 2)), ofPrefixes: false));
    }

    [Fact]
    public void An_unknown_module_is_refused_with_those_that_there_are()
    {
        var message = Assert.Throws<RuleViolationException>(() => Walker.Walk("LinearSideways")).Message;
        Assert.Contains("'LinearSideways'", message, StringComparison.Ordinal);
        Assert.Contains("LinearForward, LinearBackward", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_module_has_its_words_formula_and_checks()
    {
        foreach (var module in Walker.Modules)
        {
            var walk = Walker.Walk(module);
            Assert.True(walk.Claim.Count > 0 && walk.Summary.Length > 20, module);
            Assert.NotEmpty(walk.Formulas);
            Assert.True(walk.Coverage.Certificate.Length > 0, module);
            Assert.True(walk.Coverage.Laws.Count > 0 || walk.Coverage.Tests.Length > 0, module);
            Assert.DoesNotContain("](", string.Concat(walk.Claim), StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<double> Values(StateTable states, string position, int slot) =>
        states.Rows.Single(row => row.Position == position).Slots.Single(item => item.Slot == slot).Values;
}
