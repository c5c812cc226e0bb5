using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Laws;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>The forward pass through a block of any plan, leaf by leaf, each recorded.</summary>
internal sealed class PlanForward(
    TraceRecorder recorder,
    TintConfiguration configuration,
    string scope,
    BlockPlan plan,
    AuxiliaryLayer layer,
    TokenSequence sequence,
    Matrix<double>? encoded) : IForwardReading<Matrix<double>>
{
    private readonly List<(Place, int, LeafMemory)> _memory = [];
    private int _sums;

    /// <summary>What the leaves have left.</summary>
    public BlockMemory Memory => new(new Placed<LeafMemory>(_memory));

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public Matrix<double> Forward(Leaf leaf, int chunk, Matrix<double> input)
    {
        var (output, memory) = Run(leaf, layer, input, configuration);
        if (leaf is Attention attention)
        {
            (output, memory) = OfAttention(attention, input, output, memory);
        }
        else
        {
            output = recorder.Give(Step(leaf, input, output, memory));
        }

        _memory.Add((leaf.Place, chunk, memory));
        return output;
    }

    /// <inheritdoc/>
    public Matrix<double> Multiply(Product product, int chunk, Matrix<double> left, Matrix<double> right)
    {
        ArgumentNullException.ThrowIfNull(product);
        var (output, memory) = SimulatedProduct.Forward(configuration, left, right);
        var rho = SimulatedGate.Factor(configuration);
        _memory.Add((product.Place, chunk, memory));
        return recorder.Give(new TraceStep
        {
            Name = $"{scope}{product.Place}",
            Module = "ProductForward",
            Sequence = recorder.Sequence,
            Value = recorder.Arithmetic is { } arithmetic ? Constructed(arithmetic, null).Multiply(left, right).Value : output,
            Again = (_, other) => SimulatedProduct.Forward(other, left, right).Output,
            Reads =
            [
                ("the activated factor", left, other => SimulatedProduct.Forward(configuration, other, right).Output),
                ("the other factor", right, other => SimulatedProduct.Forward(configuration, left, other).Output),
            ],
            Bound = (_, unit) => Constructed(unit).Multiply(left, right),
            Mistakes = [("product.left-out", "The activated factor is the result.", () => rho * left), ("product.left-out", "The other factor is the result.", () => rho * right), ("product.sum", "The factors are added.", () => rho * (left + right))],
        });
    }

    /// <inheritdoc/>
    public Matrix<double> Add(Node node, Matrix<double> newer, Matrix<double> older) =>
        recorder.GiveSum(scope + SumNames.Forward(plan, node, ref _sums), newer, older);

    private (Matrix<double> Output, LeafMemory Memory) Run(Leaf leaf, AuxiliaryLayer own, Matrix<double> x, TintConfiguration other)
    {
        var reading = new SimulatedForward(other, own, sequence.IclMask, encoded);
        var output = reading.Forward(leaf, 0, x);
        return (output, reading.Memory.Leaves[leaf.Place]);
    }

    private ConstructedLeaf Constructed(Arithmetic arithmetic, RoundingModel? rounding) => new(configuration, sequence, arithmetic, rounding);

    private ConstructedLeaf Constructed(double unit)
    {
        var rounding = new WorstCaseRounding(unit);
        return Constructed(Arithmetic.Tracking(rounding), rounding);
    }

    private TraceStep Step(Leaf leaf, Matrix<double> x, Matrix<double> output, LeafMemory memory)
    {
        var step = new TraceStep
        {
            Name = $"{scope}{leaf.Place}",
            Module = $"{PlanModules.Of(leaf)}Forward",
            Sequence = recorder.Sequence,
            Value = recorder.Arithmetic is { } arithmetic ? Constructed(arithmetic, null).Forward(leaf, layer, x, encoded).Output.Value : output,
            Input = PlanModules.ForwardInput(leaf, layer, x),
            Again = (tint, other) => PlanModules.ForwardAgain(tint, other, leaf, layer, x) ?? Run(leaf, layer, x, other).Output,
            Bound = (_, unit) => Constructed(unit).Forward(leaf, layer, x, encoded).Output,
        };
        return leaf switch
        {
            Linear linear => LinearSteps.Forward(
                step, configuration, layer.Linear(leaf.Place), linear.HasBias, x, (own, y) => Run(leaf, layer.With(leaf.Place, own), y, configuration).Output),
            Norm or RmsNorm => NormSteps.Forward(
                step,
                configuration,
                layer.Norm(leaf.Place),
                leaf is Norm,
                x,
                (LayerNormMemory)memory,
                PlanModules.OtherNorms(plan, layer, leaf),
                (other, own, y) => Run(leaf, layer.With(leaf.Place, own), y, other).Output),
            Activation => ActivationSteps.Forward(step, configuration, x, y => Run(leaf, layer, y, configuration).Output),
            _ => step,
        };
    }

    private (Matrix<double> Output, LeafMemory Memory) OfAttention(Attention attention, Matrix<double> x, Matrix<double> output, LeafMemory memory)
    {
        var (query, key) = (Query(memory), Key(memory));
        Bounded? perturbed = null, perturbedQuery = null, perturbedKey = null;
        if (recorder.Arithmetic is { } arithmetic)
        {
            (perturbed, perturbedQuery, perturbedKey) = Constructed(arithmetic, null).Forward(attention, layer, x, encoded);
        }

        var layers = new AttentionSteps.Layers(layer.Linear(attention.Query.Place), layer.Linear(attention.Key.Place), layer.Linear(attention.Value.Place));
        (Matrix<double> Output, LeafMemory Memory) RunWith(AttentionSteps.Layers own, Matrix<double> y) => Run(
            attention,
            layer.With(attention.Query.Place, own.Query).With(attention.Key.Place, own.Key).With(attention.Value.Place, own.Value),
            y,
            configuration);
        query = recorder.Give(Projection(attention.Query.Place, perturbedQuery?.Value ?? query, Query, own => layers with { Query = own }, unit => Constructed(unit).Forward(attention, layer, x, encoded).Query!));
        key = recorder.Give(Projection(attention.Key.Place, perturbedKey?.Value ?? key, Key, own => layers with { Key = own }, unit => Constructed(unit).Forward(attention, layer, x, encoded).Key!));
        var step = AttentionSteps.Forward(
            new TraceStep
            {
                Name = $"{scope}{attention.Place}.heads",
                Module = attention.ReadsEncoder ? "CrossAttentionForward" : "AttentionForward",
                Sequence = recorder.Sequence,
                Value = perturbed?.Value ?? output,
                Input = PlanModules.ForwardInput(attention, layer, x) is { } known ? known with { IclMask = sequence.IclMask } : null,
                Again = (tint, other) => PlanModules.IsPublished(attention)
                    ? tint.AttentionForward(other, layers.Query, layers.Key, layers.Value, x, sequence.IclMask).Output
                    : Run(attention, layer, x, other).Output,
                Bound = (_, unit) => Constructed(unit).Forward(attention, layer, x, encoded).Output,
                Mistakes =
                [
                    .. FormMistakes.Of(attention).Select(other => (other.Name, other.Sentence, (Func<Matrix<double>>)(() => Run(other.Leaf, layer, x, configuration).Output))),
                    .. PlanModules.IsPublished(attention) ? AttentionMistakes.Forward(configuration, layers.Query, layers.Key, layers.Value, x, sequence.IclMask) : [],
                ],
            },
            configuration,
            layers,
            x,
            attention.ReadsEncoder ? encoded! : x,
            (own, y) => RunWith(own, y).Output);
        output = recorder.Give(!attention.ReadsEncoder ? step : step with
        {
            Reads = [.. step.Reads, ("the encoder's output", encoded!, other => new SimulatedForward(configuration, layer, sequence.IclMask, other).Forward(attention, 0, x))],
        });
        return (output, memory switch
        {
            AttentionMemory own => own with { Query = query, Key = key },
            CrossAttentionMemory own => own with { Query = query, Key = key },
            _ => memory,
        });

        TraceStep Projection(Place place, Matrix<double> value, Func<LeafMemory, Matrix<double>> of, Func<LinearParameters, AttentionSteps.Layers> with, Func<double, Bounded> bound)
        {
            var bare = new TraceStep
            {
                Name = $"{scope}{place}",
                Module = "AttentionForward",
                Sequence = recorder.Sequence,
                Value = value,
                Again = (_, other) => of(Run(attention, layer, x, other).Memory),
                Bound = (_, unit) => bound(unit),
                Mistakes = attention.Form.Rotation is { } rotation
                    ? [("attention.kept-after-rotation", "What is given is turned by its position already.", () => rotation.Apply(value, value.ColumnCount / configuration.Auxiliary.HeadSize))]
                    : [],
            };
            var described = AttentionSteps.Projection(bare, layer.Linear(place), place == attention.Query.Place, x, (own, y) => of(RunWith(with(own), y).Memory));
            return attention.ReadsEncoder && place == attention.Key.Place ? described with { Reads = [] } : described;
        }

        static Matrix<double> Query(LeafMemory memory) => memory is CrossAttentionMemory cross ? cross.Query : ((AttentionMemory)memory).Query;

        static Matrix<double> Key(LeafMemory memory) => memory is CrossAttentionMemory cross ? cross.Key : ((AttentionMemory)memory).Key;
    }
}
