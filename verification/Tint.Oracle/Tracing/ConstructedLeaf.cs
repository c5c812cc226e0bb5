using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Laws;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Modules;
using Tint.Reference.Modules.CrossAttention;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Oracle.Tracing;

/// <summary>
/// One leaf of a plan by the literal construction, forward, or backward with its descent, with a bound on every number. What is wider than the model runs in the chunks
/// in which a TinT holds it.
/// </summary>
/// <param name="configuration">The construction's shape and options.</param>
/// <param name="sequence">Gives the masks, as descents see them.</param>
/// <param name="arithmetic">The arithmetic.</param>
/// <param name="rounding">The rounding that bounds cover; null for none.</param>
internal sealed class ConstructedLeaf(TintConfiguration configuration, TokenSequence sequence, Arithmetic arithmetic, RoundingModel? rounding)
{
    /// <summary>One that bounds every number for operations of a unit roundoff.</summary>
    public static ConstructedLeaf Bounding(TintConfiguration configuration, TokenSequence sequence, double unit)
    {
        var rounding = new WorstCaseRounding(unit);
        return new(configuration, sequence, Arithmetic.Tracking(rounding), rounding);
    }

    private int Width => configuration.Auxiliary.HiddenSize;

    private BlockPass Pass => new(configuration, sequence, arithmetic, CarriesEverything: false);

    /// <summary>A leaf's output; of attention the memory of its queries and keys as well.</summary>
    public (Bounded Output, Bounded? Query, Bounded? Key) Forward(Leaf leaf, AuxiliaryLayer layer, Matrix<double> x, Matrix<double>? encoded)
    {
        switch (leaf)
        {
            case Linear linear when linear.OutputParts > 1 || linear.InputParts > 1:
                {
                    Bounded[] parts = [.. Parts(linear).Select(chunk => Run(
                    Square(linear), Load(linear, layer, chunk), linear.InputParts > 1 ? Columns(x, chunk) : x, null).Output)];
                    return (linear.OutputParts > 1 ? Beside(parts, linear.Outputs) : Sum(parts), null, null);
                }

            case Activation:
                return (Beside([.. Chunks(x.ColumnCount).Select(chunk => Run(leaf, Nothing(leaf), Columns(x, chunk), null).Output)], x.ColumnCount), null, null);
            case Attention attention:
                {
                    var (output, memory) = Run(leaf, BlockPrefixes.Stack(configuration, new BlockPlan(leaf), layer), x, encoded);
                    var (slot, keys) = (MemorySlots.Attention(configuration), attention.Form.KeyValueWidth(configuration.Auxiliary));
                    var atKeys = memory[attention.ReadsEncoder ? attention.Key.Place : attention.Place, 0];
                    return (output, Of(memory[attention.Place, 0][slot]!), Narrow(Of(atKeys[slot + 1]!), keys));
                }

            default:
                return (Run(leaf, BlockPrefixes.Stack(configuration, new BlockPlan(leaf), layer), x, encoded).Output, null, null);
        }
    }

    /// <summary>The product of two signals.</summary>
    public Bounded Multiply(Matrix<double> left, Matrix<double> right) => Beside(
        [
            .. Chunks(left.ColumnCount).Select(chunk => Of(new ProductForward(configuration, MemorySlots.Product(configuration))
                .Run(States(Columns(left, chunk), (1, Columns(right, chunk))), arithmetic).Tokens[0]!)),
        ],
        left.ColumnCount);

    /// <summary>The gradients at both factors of a product.</summary>
    public (Bounded Left, Bounded Right) MultiplyBackward(Matrix<double> gradient, ProductMemory memory)
    {
        var slot = MemorySlots.Product(configuration);
        Slots[] parts = [.. Chunks(gradient.ColumnCount).Select(chunk => new ProductBackward(configuration, slot)
            .Run(States(Columns(gradient, chunk), (slot, Columns(memory.Left, chunk)), (slot + 1, Columns(memory.Right, chunk))), arithmetic).Tokens)];
        Bounded Whole(int at) => Beside([.. parts.Select(part => Of(part[at]!))], gradient.ColumnCount);
        return (Whole(0), Whole(1));
    }

    /// <summary>The gradient at a leaf's input (over an encoder: at its output), and what the descent leaves of its parameters, by place.</summary>
    public (Bounded Gradient, IReadOnlyDictionary<Place, BoundedLayer> Updated) Backward(Leaf leaf, AuxiliaryLayer layer, Matrix<double> gradient, LeafMemory memory)
    {
        switch (leaf, memory)
        {
            case (Linear linear, InputMemory kept):
                {
                    var runs = Parts(linear).Select(chunk => Back(
                        Square(linear),
                        Load(linear, layer, chunk),
                        linear.OutputParts > 1 ? Columns(gradient, chunk) : gradient,
                        [(MemorySlots.Linear(configuration), linear.InputParts > 1 ? Columns(kept.Input, chunk) : Padded(kept.Input))])).ToArray();
                    Bounded[] gradients = [.. runs.Select(run => Of(run.States.Tokens[0]!))];
                    BoundedLayer[] updated = [.. runs.Select(run => Layer(run.Updated[linear.Place]))];
                    return (
                        linear.InputParts > 1 ? Beside(gradients, linear.Inputs) : Sum(gradients),
                        new Dictionary<Place, BoundedLayer> { [linear.Place] = Joined(linear, updated) });
                }

            case (Activation, InputMemory kept):
                return (
                    Beside(
                        [
                            .. Chunks(gradient.ColumnCount).Select(chunk => Of(Back(
                                leaf, Nothing(leaf), Columns(gradient, chunk), [(MemorySlots.Activation(configuration), Columns(kept.Input, chunk))]).States.Tokens[0]!)),
                        ],
                        gradient.ColumnCount),
                    new Dictionary<Place, BoundedLayer>());
            case (Attention attention, AttentionMemory kept):
                {
                    var slot = MemorySlots.Attention(configuration);
                    var run = Back(leaf, BlockPrefixes.Stack(configuration, new BlockPlan(leaf), layer), gradient, [(slot, kept.Query), (slot + 1, Padded(kept.Key)), (slot + 2, kept.Input)]);
                    return (Of(run.States.Tokens[0]!), Values(attention, run));
                }

            case (Attention attention, CrossAttentionMemory kept):
                {
                    var slot = MemorySlots.Attention(configuration);
                    var others = Tokens(null, kept.Other.RowCount, (slot + 1, Padded(kept.Key)), (slot + 2, kept.Other));
                    var run = Back(leaf, BlockPrefixes.Stack(configuration, new BlockPlan(leaf), layer), gradient, [(slot, kept.Query)], (attention.Key.Place, others));
                    return (Of(run.Encoded!), Values(attention, run));
                }

            case (ParameterLeaf parameters, LayerNormMemory kept):
                {
                    var slot = MemorySlots.LayerNorm(configuration);
                    var run = Back(leaf, BlockPrefixes.Stack(configuration, new BlockPlan(leaf), layer), gradient, [(slot, kept.Normalized), (slot + 1, kept.Input)]);
                    return (
                        Of(run.States.Tokens[0]!),
                        parameters.Trained.Count > 0
                            ? new Dictionary<Place, BoundedLayer> { [leaf.Place] = Layer(run.Updated[leaf.Place]) }
                            : new Dictionary<Place, BoundedLayer>());
                }

            default:
                throw leaf.Unread("the oracle");
        }
    }

    /// <summary>The gradient at attention's values alone.</summary>
    public Bounded AtValues(Attention attention, Matrix<double> gradient, LeafMemory memory)
    {
        var slot = MemorySlots.Attention(configuration);
        switch (memory)
        {
            case CrossAttentionMemory kept:
                {
                    var others = Tokens(null, kept.Other.RowCount, (slot + 1, Padded(kept.Key)), (slot + 2, kept.Other));
                    return Narrow(Of(new CrossAttentionBackward(configuration, slot, attention.Form).Run(States(gradient, (slot, kept.Query)), others, arithmetic).Others[0]!), attention.Value.Outputs);
                }

            default:
                {
                    var kept = (AttentionMemory)memory;
                    return Narrow(
                        Of(new AttentionBackward(configuration, slot, attention.Form)
                            .Run(States(gradient, (slot, kept.Query), (slot + 1, Padded(kept.Key)), (slot + 2, kept.Input)), sequence.TrainMask, sequence.IclMask, arithmetic).Tokens[0]!),
                        attention.Value.Outputs);
                }
        }
    }

    private Dictionary<Place, BoundedLayer> Values(Attention attention, (HiddenStates States, BlockPrefixes Updated, Tracked? Encoded) run)
    {
        var layer = Layer(run.Updated[attention.Value.Place]);
        var rows = attention.Value.Outputs;
        return new Dictionary<Place, BoundedLayer> { [attention.Value.Place] = new(Rows(layer.Weight, rows), Rows(layer.Bias, rows)) };
    }

    private (Bounded Output, Placed<Slots> Memory) Run(Leaf leaf, BlockPrefixes prefixes, Matrix<double> x, Matrix<double>? encoded)
    {
        var plan = new BlockPlan(leaf);
        var (states, memory) = new BlockForward(configuration, plan).Run(
            plan, States(Padded(x)), prefixes, Pass, keepMemory: true, encoded is null ? null : Tokens(encoded, encoded.RowCount));
        return (Of(states.Tokens[0]!), memory!);
    }

    private (HiddenStates States, BlockPrefixes Updated, Tracked? Encoded) Back(
        Leaf leaf, BlockPrefixes prefixes, Matrix<double> gradient, (int Slot, Matrix<double> Contents)[] memory, params (Place Place, Slots Slots)[] more)
    {
        var plan = new BlockPlan(leaf);
        var kept = new Placed<Slots>([(leaf.Place, 0, Tokens(null, gradient.RowCount, memory)), .. more.Select(item => (item.Place, 0, item.Slots))]);
        return new BlockBackward(configuration, plan).Run(plan, States(Padded(gradient)), prefixes, kept, Pass);
    }

    /// <summary>A chunk of a linear layer, as wide as the model on both sides.</summary>
    private Linear Square(Linear leaf) => leaf with { Outputs = Width, Inputs = Width, OutputParts = 1 };

    private BlockPrefixes Load(Linear leaf, AuxiliaryLayer layer, int chunk) => new(new Placed<Slots>(
        [(leaf.Place, 0, PrefixStack.Stack(configuration, BlockPrefixes.Part(leaf, layer.Linear(leaf.Place), chunk, Width)))]));

    private BlockPrefixes Nothing(Leaf leaf) => new(new Placed<Slots>([(leaf.Place, 0, Slots.Zero(configuration.PrefixCount, Width, configuration.RowsPerPrefix + 1))]));

    private HiddenStates States(Matrix<double> signal, params (int Slot, Matrix<double> Contents)[] others) => new(
        Slots.Zero(configuration.PrefixCount, Width, configuration.RowsPerPrefix + 1), Tokens(signal, signal.RowCount, others));

    private Slots Tokens(Matrix<double>? signal, int count, params (int Slot, Matrix<double> Contents)[] others)
    {
        var slots = Slots.Zero(count, Width, configuration.RowsPerPrefix + 1);
        slots = signal is null ? slots : slots.With(0, new Tracked(signal));
        return others.Aggregate(slots, static (all, item) => all.With(item.Slot, new Tracked(item.Contents)));
    }

    private Bounded Of(Tracked tracked) => rounding is null ? Bounded.Exact(tracked.Value) : Bounded.Of(tracked, rounding);

    private BoundedLayer Layer(Slots prefixes)
    {
        var value = PrefixStack.Unstack(configuration, prefixes);
        var bound = rounding is null ? null : PrefixStack.Unstack(configuration, Errors.Of(prefixes, rounding));
        return new(
            bound is null ? Bounded.Exact(value.Weight) : new(value.Weight, bound.Weight),
            bound is null ? Bounded.Exact(value.Bias.ToColumnMatrix()) : new(value.Bias.ToColumnMatrix(), bound.Bias.ToColumnMatrix()));
    }

    /// <summary>A layer of its chunks; a bias that they share is the sum of the shares, as many additions as chunks.</summary>
    private BoundedLayer Joined(Linear leaf, BoundedLayer[] chunks)
    {
        var weight = leaf.OutputParts > 1
            ? Rows(new(Stacked(chunks, chunk => chunk.Weight.Value), Stacked(chunks, chunk => chunk.Weight.Bound)), leaf.Outputs)
            : leaf.InputParts > 1 ? Beside([.. chunks.Select(static chunk => chunk.Weight)], leaf.Inputs)
            : chunks[0].Weight;
        var bias = leaf.OutputParts > 1
            ? Rows(new(Stacked(chunks, chunk => chunk.Bias.Value), Stacked(chunks, chunk => chunk.Bias.Bound)), leaf.Outputs)
            : Sum([.. chunks.Select(static chunk => chunk.Bias)]);
        return new(Narrow(Rows(weight, leaf.Outputs), leaf.Inputs), Rows(bias, leaf.Outputs));
    }

    private Bounded Sum(Bounded[] parts)
    {
        var value = parts.Select(static part => part.Value).Aggregate(static (sum, part) => sum + part);
        var bound = parts.Select(static part => part.Bound).Aggregate(static (sum, part) => sum + part);
        var magnitude = parts.Select(static part => part.Value.PointwiseAbs()).Aggregate(static (sum, part) => sum + part);
        return new(value, bound + ((rounding?.Accumulated(parts.Length) ?? 0) * magnitude));
    }

    private static Bounded Beside(Bounded[] parts, int columns) => Narrow(
        new(parts.Skip(1).Aggregate(parts[0].Value, static (all, part) => all.Append(part.Value)), parts.Skip(1).Aggregate(parts[0].Bound, static (all, part) => all.Append(part.Bound))),
        columns);

    private static Matrix<double> Stacked(IEnumerable<BoundedLayer> chunks, Func<BoundedLayer, Matrix<double>> part) => chunks.Select(part).Aggregate(static (all, next) => all.Stack(next));

    private static Bounded Narrow(Bounded whole, int columns) => whole.Value.ColumnCount == columns
        ? whole
        : new(whole.Value.SubMatrix(0, whole.Value.RowCount, 0, columns), whole.Bound.SubMatrix(0, whole.Value.RowCount, 0, columns));

    private static Bounded Rows(Bounded whole, int rows) => whole.Value.RowCount == rows
        ? whole
        : new(whole.Value.SubMatrix(0, rows, 0, whole.Value.ColumnCount), whole.Bound.SubMatrix(0, rows, 0, whole.Value.ColumnCount));

    private static IEnumerable<int> Parts(Linear leaf) => Enumerable.Range(0, Math.Max(leaf.OutputParts, leaf.InputParts));

    private IEnumerable<int> Chunks(int columns) => Enumerable.Range(0, InnerChunks.Count(Width, columns));

    private Matrix<double> Columns(Matrix<double> whole, int chunk) =>
        Padded(whole.SubMatrix(0, whole.RowCount, chunk * Width, Math.Min(Width, whole.ColumnCount - (chunk * Width))));

    private Matrix<double> Padded(Matrix<double> narrow)
    {
        if (narrow.ColumnCount >= Width)
        {
            return narrow;
        }

        var wide = Matrix<double>.Build.Dense(narrow.RowCount, Width);
        wide.SetSubMatrix(0, 0, narrow);
        return wide;
    }
}
