using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;
using Tint.Reference.Tests.Modules;
using FamilyModels = Tint.Reference.Tests.Families.SmallModels;

namespace Tint.Reference.Tests.Architecture;

/// <summary>
/// Blocks of the families, read from their plans by the closed form and the construction, against the families' exact models, whose wiring is their own.
/// Embeddings, final norm and head are put together here.
/// </summary>
public sealed class FamilyBlockTests
{
    private const int Tokens = 7;

    /// <summary>Every decoder whose residual stream is as wide as its embeddings.</summary>
    public static TheoryData<string> Decoders =>
    [
        .. FamilyModels.Configurations.Keys.Where(name =>
            !name.StartsWith("t5", StringComparison.Ordinal) && !name.Contains("projected", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Decoders))]
    public void With_exact_gates_the_blocks_of_a_family_make_its_logits(string name)
    {
        // Two blocks and a head of some dozen sums of at most 32 terms each, in two orders.
        Assert.InRange(new Model(name, scale: 1e3, Departures.Paper).LogitsError, 0, 500 * Math.Pow(2, -53));
    }

    [Theory]
    [InlineData("gpt2 by layer, own head")]
    [InlineData("llama")]
    [InlineData("gpt_neox")]
    [InlineData("gptj")]
    [InlineData("bloom")]
    public void The_form_of_attention_that_a_plan_gives_is_what_makes_them(string name)
    {
        Assert.InRange(new Model(name, scale: 1e3, Departures.Paper, change: plan => plan.Select(Formless)).LogitsError, 1e-4, 10);

        static Leaf Formless(Leaf leaf) => leaf is Attention attention ? attention with { Form = AttentionForm.Published } : leaf;
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void What_the_top_block_learns_goes_to_the_true_gradient_as_the_finite_difference_does(string name)
    {
        double[] scales = [1e3, 1e4];
        var errors = Array.ConvertAll(scales, scale => new Model(name, scale, Departures.Paper).GradientErrors());
        foreach (var place in errors[0].Keys)
        {
            // Linear in 1/N where a finite difference lies between; where none does, it is rounding alone.
            var (coarse, fine) = (errors[0][place], errors[1][place]);
            Assert.True(fine < 1e-11 || coarse / fine is > 9 and < 11, $"{place}: {coarse:E2} at N = 1e3, {fine:E2} at N = 1e4");
            Assert.InRange(coarse, 0, 0.1);
        }

        Assert.Contains(errors[0].Keys, place => place.StartsWith("mlp.outer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gpt2 by layer, own head")]
    [InlineData("opt post-norm")]
    [InlineData("llama")]
    [InlineData("llama grouped, biases, scaled")]
    [InlineData("gpt_neox")]
    [InlineData("gpt_neox sequential")]
    [InlineData("gptj")]
    [InlineData("bloom")]
    public void The_construction_of_a_family_s_block_is_its_closed_form_to_rounding(string name)
    {
        foreach (var departures in new[] { Departures.Published, Departures.Paper })
        {
            var model = new Model(name, scale: 1e3, departures);
            var (configuration, plan, layer, x) = (model.Configuration, model.Blocks[^1], model.Layers[^1], model.States[^1]);
            var arithmetic = Arithmetic.Tracking(Textbook.Rounding);
            var pass = new BlockPass(configuration, model.Sequence, arithmetic, CarriesEverything: false);
            var prefixes = BlockPrefixes.Stack(configuration, plan, layer);
            var (output, memory) = new BlockForward(configuration, plan).Run(plan, States(configuration, x), prefixes, pass, keepMemory: true);
            var (expected, left) = SimulatedBlock.Forward(configuration, plan, layer, x, null);
            Assert.InRange(Closeness.Ratio(expected, output.Tokens[0]), 0, 1);

            var g = model.Gradient;
            var (back, updated, _) = new BlockBackward(configuration, plan).Run(plan, States(configuration, g), prefixes, memory!, pass);
            var (gradient, after, _) = SimulatedBlock.BackwardDescent(configuration, plan, layer, g, left, model.Sequence);
            Assert.InRange(Closeness.Ratio(gradient, back.Tokens[0]), 0, 1);
            var loads = BlockPrefixes.Stack(configuration, plan, after).Loads;
            foreach (var (place, chunk, load) in updated.Loads.Items.Where(load => plan.Trained.Any(leaf => leaf.Place == load.Place)))
            {
                for (var slot = 0; slot < load.Count - 1; slot++)
                {
                    Assert.InRange(Closeness.Ratio(Contents(loads[place, chunk], slot), load[slot]), 0, 1);
                }
            }
        }
    }

    private static Matrix<double> Contents(Slots slots, int slot) => slots[slot]?.Value ?? Matrix<double>.Build.Dense(slots.RowCount, slots.Width);

    private static HiddenStates States(TintConfiguration configuration, Matrix<double> signal)
    {
        int width = configuration.Auxiliary.HiddenSize, slots = configuration.RowsPerPrefix + 1;
        return new(Slots.Zero(configuration.PrefixCount, width, slots), Slots.Zero(signal.RowCount, width, slots).With(0, new Tracked(signal)));
    }

    /// <summary>A small model of a family with random parameters, its blocks simulated one after the other.</summary>
    private sealed class Model
    {
        private readonly ParameterSet _parameters;
        private readonly BlockMemory[] _memories;
        private readonly LayerNormMemory? _finalMemory;
        private readonly LinearParameters _head;

        public Model(string name, double scale, Departures departures, Func<BlockPlan, BlockPlan>? change = null)
        {
            var model = FamilyModels.Read(name);
            _parameters = FamilyModels.Parameters(model, 1);
            var input = FamilyModels.Input(model, 3);
            Exact = model.Exact(_parameters, input);
            Blocks = [.. model.Blocks().Select(block => change?.Invoke(block.Plan) ?? block.Plan)];
            Configuration = ConfigurationOf(model, Blocks[0], scale, departures);
            Layers = [.. model.Blocks().Select(block => AuxiliaryLayer.Of(block.Plan, leaf => leaf is Linear
                ? _parameters.Linear($"{block.Name}.{leaf.Place}")
                : _parameters.Norm($"{block.Name}.{leaf.Place}", model.HiddenSize)))];
            Sequence = new TokenSequence { InputIds = input.Ids, TrainMask = [.. input.Ids.Select(_ => 1.0)] };

            var x = Embed(model, input.Ids);
            (States, _memories) = ([], new BlockMemory[Blocks.Count]);
            for (var index = 0; index < Blocks.Count; index++)
            {
                States.Add(x);
                (x, _memories[index]) = SimulatedBlock.Forward(Configuration, Blocks[index], Layers[index], x, null);
            }

            if (HasFinalNorm)
            {
                (x, _finalMemory) = IsRms
                    ? SimulatedRmsNorm.Forward(Configuration, FinalNorm, x)
                    : SimulatedLayerNorm.Forward(Configuration, FinalNorm, x);
            }

            var tied = _parameters.Linear("embedding.tokens");
            _head = !model.IsTied ? _parameters.Linear("head") : tied with { Bias = _parameters.Find("head.bias")?.Row(0) ?? tied.Bias };
            Logits = x.TransposeAndMultiply(_head.Weight) + Matrix<double>.Build.Dense(Tokens, _head.Bias.Count, (_, v) => _head.Bias[v]);
            var random = new Random(5);
            LogitsGradient = Matrix<double>.Build.Dense(Tokens, model.VocabularySize, (_, _) => random.NextDouble() - 0.5);
            var g = LogitsGradient * _head.Weight;
            Gradient = !HasFinalNorm ? g
                : IsRms ? SimulatedRmsNorm.Backward(Configuration, FinalNorm, g, _finalMemory!)
                : SimulatedLayerNorm.Backward(Configuration, FinalNorm, g, _finalMemory!);
        }

        public TintConfiguration Configuration { get; }

        public ExactPass Exact { get; }

        public IReadOnlyList<BlockPlan> Blocks { get; }

        public IReadOnlyList<AuxiliaryLayer> Layers { get; }

        /// <summary>The inputs of the blocks.</summary>
        public List<Matrix<double>> States { get; }

        public TokenSequence Sequence { get; }

        public Matrix<double> Logits { get; }

        /// <summary>‖logits − true logits‖/‖true logits‖.</summary>
        public double LogitsError => (Logits - Exact.Logits).FrobeniusNorm() / Exact.Logits.FrobeniusNorm();

        public Matrix<double> LogitsGradient { get; }

        /// <summary>The gradient at the top block's output.</summary>
        public Matrix<double> Gradient { get; }

        private bool IsRms => Blocks[0].Leaves.Any(leaf => leaf is RmsNorm);

        private bool HasFinalNorm => _parameters.Find("final_norm.weight") is not null;

        private LayerNormParameters FinalNorm => _parameters.Norm("final_norm", Configuration.Auxiliary.HiddenSize);

        /// <summary>The relative errors of what the top block's descents subtract, by parameter; not of what lies below attention's dropped score path.</summary>
        public Dictionary<string, double> GradientErrors()
        {
            var truth = Exact.Backward(LogitsGradient);
            var (_, _, step) = SimulatedBlock.BackwardDescent(Configuration, Blocks[^1], Layers[^1], Gradient, _memories[^1], Sequence);
            var errors = new Dictionary<string, double>();
            foreach (var leaf in Blocks[^1].Trained.OfType<Linear>())
            {
                var place = $"layers.{Blocks.Count - 1}.{leaf.Place}";
                var (weight, bias) = step.Linear(leaf.Place);
                Add($"{leaf.Place}.weight", weight, truth[$"{place}.weight"]);
                if (leaf.HasBias)
                {
                    Add($"{leaf.Place}.bias", bias.ToRowMatrix(), truth[$"{place}.bias"]);
                }
                else
                {
                    Assert.All(bias, value => Assert.Equal(0, value));
                }
            }

            return errors;

            void Add(string name, Matrix<double> simulated, Matrix<double> exact) =>
                errors.Add(name, (simulated - exact).FrobeniusNorm() / exact.FrobeniusNorm());
        }

        private Matrix<double> Embed(FamilyConfiguration model, IReadOnlyList<int> ids)
        {
            var (tokens, positions) = (_parameters["embedding.tokens.weight"], _parameters.Find("embedding.positions.weight"));
            var offset = model.ModelType == "opt" ? 2 : 0;
            var x = Matrix<double>.Build.Dense(
                ids.Count, tokens.ColumnCount, (t, d) => tokens[ids[t], d] + (positions?[t + offset, d] ?? 0));
            return _parameters.Find("embedding.norm.weight") is null
                ? x
                : SimulatedLayerNorm.Forward(Configuration, _parameters.Norm("embedding.norm", model.HiddenSize), x).Output;
        }

        private static TintConfiguration ConfigurationOf(FamilyConfiguration model, BlockPlan plan, double scale, Departures departures)
        {
            var auxiliary = new AuxiliaryConfiguration
            {
                HiddenSize = model.HiddenSize,
                HeadCount = model.HeadCount,
                LayerCount = model.Blocks().Count,
                VocabularySize = model.VocabularySize,
                MaximumPositions = 9,
                Activation = plan.Leaves.OfType<Activation>().Single().Kind,
                LayerNormEpsilon = model.Epsilon,
            };
            const int Rows = 4;
            var size = (Rows + 1) * model.HiddenSize;
            return new TintConfiguration
            {
                Auxiliary = auxiliary,
                HiddenSize = size,
                PrefixCount = model.HiddenSize / Rows,
                HeadCount = AdmissibleShapes.HeadCounts(model.HiddenSize, model.HeadCount, size)
                    .Where(count => size / count > auxiliary.HeadSize).Max(),
                TrainedLayers = 1,
                InnerLearningRate = 0.1,
                FiniteDifferenceScale = scale,
                LayerNormBiasOnly = false,
                Departures = departures,
            };
        }
    }
}
