using MathNet.Numerics.LinearAlgebra;
using Tint.Proofs.Degrees;
using Tint.Proofs.Drawing;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Proofs.Claims;

/// <summary>A block of each family, read from its plan by the construction and in closed form: forward, backward, and every parameter that a descent writes.</summary>
internal static class BlockClaims
{
    private static readonly double[] TrainMask = [1, 0, 1];

    /// <summary>Small models of every decoder, width 8 and two heads of 4, so that scales are ½ and slopes powers of ½; rotary angles are unknowns.</summary>
    private static readonly (string Name, string Family, string More)[] Models =
    [
        ("gpt2", "gpt2", "{}"),
        ("gpt_bigcode", "gpt_bigcode", "{}"),
        ("opt", "opt", "{}"),
        ("opt, post-norm", "opt", """{"do_layer_norm_before":false}"""),
        ("llama", "llama", "{}"),
        ("llama, grouped queries, biases, inner width 10", "llama", """{"num_key_value_heads":1,"attention_bias":true,"mlp_bias":true,"intermediate_size":10}"""),
        ("gpt_neox", "gpt_neox", """{"rotary_pct":0.5}"""),
        ("gpt_neox, sequential", "gpt_neox", """{"rotary_pct":1.0,"use_parallel_residual":false}"""),
        ("gptj", "gptj", """{"rotary_dim":2}"""),
        ("bloom", "bloom", "{}"),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<Claim> All() => Models.Select(model => Of(model.Name, model.Family, model.More));

    /// <summary>A block's parameters of a draw.</summary>
    internal static AuxiliaryLayer Layer(BlockPlan plan, Draw draw) => AuxiliaryLayer.Of(plan, leaf => leaf switch
    {
        Norm norm => draw.Norm(norm.Width, norm.HasBias),
        RmsNorm norm => draw.Norm(norm.Width, hasBias: false),
        Linear linear => draw.Linear(linear.Outputs, linear.Inputs, linear.HasBias),
        _ => throw leaf.Unread("a draw"),
    });

    private static Claim Of(string name, string family, string more)
    {
        var plan = FamilyCatalogue.Read(new FamilySizes(family, Vocabulary: 4, Positions: 5, Width: 8, Layers: 1, Heads: 2, Inner: 8), more).Blocks()[0].Plan;
        var configuration = Configuration(plan);
        var setting = new Setting(name, configuration, TrainMask);
        var (count, width) = (new DegreeCount(configuration), configuration.Auxiliary.HiddenSize);
        var degrees = new BlockDegrees(count, configuration.KeepsScorePath);
        count.Compared(degrees.Forward(plan, Degree.Unknown));
        count.Compared(degrees.Backward(plan, Degree.Unknown));
        return new Claim
        {
            Name = $"block/{name}",
            About = setting.About,
            Degrees = count,
            Left = (_, draw) => Constructed(plan, setting, Layer(plan, draw), draw.Matrix(setting.Tokens, width), draw.Matrix(setting.Tokens, width)),
            Right = draw => Simulated(plan, setting, Layer(plan, draw), draw.Matrix(setting.Tokens, width), draw.Matrix(setting.Tokens, width)),
            IsOfImplementation = false,
        };
    }

    private static IEnumerable<Part> Constructed(BlockPlan plan, Setting setting, AuxiliaryLayer layer, Matrix<double> x, Matrix<double> gradient)
    {
        var configuration = setting.Configuration;
        var pass = new BlockPass(configuration, Sequence(setting), Arithmetic.Plain, CarriesEverything: false);
        var prefixes = BlockPrefixes.Stack(configuration, plan, layer);
        var (output, memory) = new BlockForward(configuration, plan).Run(plan, States(configuration, x), prefixes, pass, keepMemory: true);
        var (back, updated, _) = new BlockBackward(configuration, plan).Run(plan, States(configuration, gradient), prefixes, memory!, pass);
        return
        [
            new("output", output.Tokens[0]!.Value),
            new("gradient", back.Tokens[0]!.Value),
            .. Part.Of("updated", Trained(plan, updated.Unstack(configuration, plan))),
        ];
    }

    private static IEnumerable<Part> Simulated(BlockPlan plan, Setting setting, AuxiliaryLayer layer, Matrix<double> x, Matrix<double> gradient)
    {
        var (output, memory) = SimulatedBlock.Forward(setting.Configuration, plan, layer, x, setting.IclMask);
        var (back, updated, _) = SimulatedBlock.BackwardDescent(setting.Configuration, plan, layer, gradient, memory, Sequence(setting));
        return [new("output", output), new("gradient", back), .. Part.Of("updated", Trained(plan, updated))];
    }

    /// <summary>The parameters that descents write: the construction's prefixes of the others have passed gates that the closed form leaves out.</summary>
    private static AuxiliaryLayer Trained(BlockPlan plan, AuxiliaryLayer layer)
    {
        var trained = plan.Trained.Select(leaf => leaf.Place).ToHashSet();
        return new(new Placed<ParameterGroup>(layer.Parameters.Items.Where(item => trained.Contains(item.Place))));
    }

    private static TokenSequence Sequence(Setting setting) => new() { InputIds = [.. setting.TrainMask.Select(_ => 1)], TrainMask = setting.TrainMask };

    private static HiddenStates States(TintConfiguration configuration, Matrix<double> signal)
    {
        int width = configuration.Auxiliary.HiddenSize, slots = configuration.RowsPerPrefix + 1;
        return new(Slots.Zero(configuration.PrefixCount, width, slots), Slots.Zero(signal.RowCount, width, slots).With(0, new Tracked(signal)));
    }

    private static TintConfiguration Configuration(BlockPlan plan)
    {
        var configuration = Setting.Of(width: 8, heads: 2, prefixes: 2, rho: 0.75, n: 4, eta: 0.625);
        return configuration with
        {
            Auxiliary = configuration.Auxiliary with { Activation = plan.Leaves.OfType<Activation>().Single().Kind },
            HeadCount = AdmissibleShapes.HeadCounts(8, 2, configuration.HiddenSize).Last(count => configuration.HiddenSize / count > 4),
            LayerNormBiasOnly = false,
        };
    }
}
