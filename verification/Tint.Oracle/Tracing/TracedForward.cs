using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>The forward pass through a block of any plan, leaf by leaf, each recorded.</summary>
internal sealed class TracedForward(
    TraceRecorder recorder,
    TintConfiguration configuration,
    string scope,
    BlockPlan plan,
    AuxiliaryLayer layer,
    TokenSequence sequence,
    Matrix<double>? encoded,
    Func<Leaf, LayerNormParameters, IEnumerable<(string Name, LayerNormParameters Norm)>> otherNorms) : IForwardReading<Matrix<double>>
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
        if (leaf is Attention attention)
        {
            var (output, kept) = OfAttention(attention, input);
            _memory.Add((leaf.Place, chunk, kept));
            return output;
        }

        var pieces = LeafPiece.Of(leaf, layer, configuration.Auxiliary.HiddenSize, input.ColumnCount);
        var runs = pieces.Select(piece => Step(piece, leaf, piece.Input(input))).ToArray();
        _memory.Add((leaf.Place, chunk, LeafPiece.Joined(pieces, [.. runs.Select(static run => run.Memory)])));
        return recorder.Give([.. runs.Select(static run => run.Step)], isSum: pieces is [{ CutsInput: true, CutsOutput: false }, ..]);
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
            Value = recorder.Arithmetic is { } arithmetic ? Constructed(arithmetic).Multiply(left, right).Value : output,
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
        if (recorder.Modules is { } modules && LeafModules.Forward(modules, other, leaf, own, x, sequence.IclMask) is { } made)
        {
            return made;
        }

        var reading = new SimulatedForward(other, own, sequence.IclMask, encoded);
        var output = reading.Forward(leaf, 0, x);
        return (output, reading.Memory.Leaves[leaf.Place]);
    }

    private ConstructedLeaf Constructed(Arithmetic arithmetic) => new(configuration, sequence, arithmetic, rounding: null);

    private ConstructedLeaf Constructed(double unit) => ConstructedLeaf.Bounding(configuration, sequence, unit);

    private (TraceStep Step, LeafMemory Memory) Step(LeafPiece piece, Leaf whole, Matrix<double> x)
    {
        var (leaf, place, own) = (piece.Leaf, piece.Leaf.Place, piece.Layer);
        var (output, memory) = Run(leaf, own, x, configuration);
        Matrix<double> With(TintConfiguration other, ParameterGroup group, Matrix<double> y) => Run(leaf, own.With(place, group), y, other).Output;
        var step = new TraceStep
        {
            Name = $"{scope}{place}",
            Module = $"{LeafModules.Of(leaf)}Forward",
            Sequence = recorder.Sequence,
            Value = recorder.Arithmetic is { } arithmetic ? Constructed(arithmetic).Forward(leaf, own, x, encoded).Output.Value : output,
            Column = piece.OutputAt,
            Part = piece.Chunk,
            Input = LeafModules.ForwardInput(leaf, own, x),
            Again = (tint, other) => LeafModules.Forward(tint, other, leaf, own, x, sequence.IclMask)?.Output ?? Run(leaf, own, x, other).Output,
            Bound = (_, unit) => Constructed(unit).Forward(leaf, own, x, encoded).Output,
            Mistakes = whole is Linear { InputParts: > 1, HasBias: true } shared
                ?
                [
                    ("block.mlp-bias-in-every-chunk", "Each of the C chunks adds all of the MLP's output bias.", () =>
                        With(configuration, own.Linear(place) with { Bias = own.Linear(place).Bias * shared.InputParts }, x)),
                ]
                : [],
        };
        return (
            leaf switch
            {
                Linear linear => LinearSteps.Forward(step, configuration, own.Linear(place), linear.HasBias, x, (layer, y) => With(configuration, layer, y)),
                Norm or RmsNorm => NormSteps.Forward(
                    step, configuration, own.Norm(place), leaf is Norm, x, (LayerNormMemory)memory, otherNorms(leaf, own.Norm(place)), (other, norm, y) => With(other, norm, y)),
                Activation => ActivationSteps.Forward(step, configuration, x, y => Run(leaf, own, y, configuration).Output),
                _ => throw leaf.Unread("the oracle"),
            },
            memory);
    }

    private (Matrix<double> Output, LeafMemory Memory) OfAttention(Attention attention, Matrix<double> x)
    {
        var (output, memory) = Run(attention, layer, x, configuration);
        var bounds = new ByUnit<(Bounded Output, Bounded? Query, Bounded? Key)>(unit => Constructed(unit).Forward(attention, layer, x, encoded));
        var (query, key) = (Query(memory), Key(memory));
        Bounded? perturbed = null, perturbedQuery = null, perturbedKey = null;
        if (recorder.Arithmetic is { } arithmetic)
        {
            (perturbed, perturbedQuery, perturbedKey) = Constructed(arithmetic).Forward(attention, layer, x, encoded);
        }

        var layers = new AttentionSteps.Layers(layer.Linear(attention.Query.Place), layer.Linear(attention.Key.Place), layer.Linear(attention.Value.Place));
        (Matrix<double> Output, LeafMemory Memory) RunWith(AttentionSteps.Layers own, Matrix<double> y) => Run(
            attention,
            layer.With(attention.Query.Place, own.Query).With(attention.Key.Place, own.Key).With(attention.Value.Place, own.Value),
            y,
            configuration);
        (Matrix<double> Output, LeafMemory Memory) Again(ITintModules tint, TintConfiguration other) =>
            LeafModules.Forward(tint, other, attention, layer, x, sequence.IclMask) ?? Run(attention, layer, x, other);
        query = recorder.Give(Projection(attention.Query.Place, perturbedQuery?.Value ?? query, Query, own => layers with { Query = own }, unit => bounds.At(unit).Query!));
        key = recorder.Give(Projection(attention.Key.Place, perturbedKey?.Value ?? key, Key, own => layers with { Key = own }, unit => bounds.At(unit).Key!));
        var step = AttentionSteps.Forward(
            new TraceStep
            {
                Name = $"{scope}{attention.Place}.heads",
                Module = attention.ReadsEncoder ? "CrossAttentionForward" : "AttentionForward",
                Sequence = recorder.Sequence,
                Value = perturbed?.Value ?? output,
                Input = LeafModules.ForwardInput(attention, layer, x) is { } known ? known with { IclMask = sequence.IclMask } : null,
                Again = (tint, other) => Again(tint, other).Output,
                Bound = (_, unit) => bounds.At(unit).Output,
                Mistakes =
                [
                    .. FormMistakes.Of(attention).Select(other => (other.Name, other.Sentence, (Func<Matrix<double>>)(() => Run(other.Leaf, layer, x, configuration).Output))),
                    .. LeafModules.IsPublished(attention) ? AttentionMistakes.Forward(configuration, layers.Query, layers.Key, layers.Value, x, sequence.IclMask) : [],
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
                Again = (tint, other) => of(Again(tint, other).Memory),
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
