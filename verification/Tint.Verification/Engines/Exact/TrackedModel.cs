using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Verification.Engines.Exact;

/// <summary>
/// How far rounding can have moved a model's loss, logits and gradients on one sequence: every step of the exact model, forward and backward, done once more with the running error
/// that <see cref="RoundingModel"/> gives it, or with noise. Any plan is read, by <see cref="Walk"/>; the numbers that are judged are those of the exact models, whose wiring is
/// their own. Cross-entropy, summed over the trained targets.
/// </summary>
internal sealed class TrackedModel
{
    private const string TokenTable = "embedding.tokens.weight";
    private const string PositionTable = "embedding.positions.weight";

    private readonly TrackedShape _shape;
    private readonly TrackedPass _pass;
    private readonly TokenSequence _sequence;
    private readonly int[] _rows;
    private readonly List<TrackedNodes> _blocks = [];
    private readonly TrackedNodes? _embedding;
    private readonly TrackedNodes? _encoderEmbedding;
    private readonly TrackedNodes? _encoderFinal;
    private readonly TrackedNodes? _final;
    private readonly Tracked _normed;
    private readonly Tracked _headInput;
    private readonly Tracked? _residual;

    /// <summary>Runs forward.</summary>
    public TrackedModel(TrackedShape shape, TrackedParameters parameters, TokenSequence sequence, Arithmetic arithmetic)
    {
        (_shape, _sequence) = (shape, sequence);
        var plan = shape.Plan;
        _pass = new TrackedPass(arithmetic, new TrackedOperations(arithmetic, arithmetic.Rounding!), parameters, shape.Epsilon);

        // forward: x_t = W_in E[id_t] + P[t], blocks, y = W_out FinalNorm(x), z = c·W y + b
        Tracked? encoded = null;
        if (plan.HasEncoder)
        {
            (var source, _encoderEmbedding) = Embed([.. sequence.EncoderIds!]);
            source = Blocks(source, 0, plan.EncoderBlocks, plan.EncoderBuckets is { } buckets ? new($"{Place.EncoderBuckets}", buckets) : null, null);
            _encoderFinal = Outside(plan.EncoderFinal, source);
            encoded = _encoderFinal?.Output ?? source;
        }

        (var x, _embedding) = Embed([.. sequence.InputIds]);
        x = Blocks(x, plan.EncoderBlocks, plan.Blocks.Count, plan.Buckets is { } relative ? new($"{Place.Buckets}", relative) : null, encoded);
        _final = Outside(plan.Final, x);
        _normed = _final?.Output ?? x;
        var projected = plan.EmbeddingWidth is null ? _normed : _pass.Linear($"{Place.HeadProjection}", _normed);
        _headInput = arithmetic.Scale(projected, HeadScale)!;
        var logits = arithmetic.TransposeAndMultiply(_headInput, parameters[HeadTable]);
        Logits = plan.HasHeadBias ? arithmetic.Add(logits, TrackedOperations.Repeated(parameters[$"{Place.Head}.bias"], logits.RowCount))! : logits;

        // from the positions whose loss counts
        var weights = ExactLoss.PositionWeights(sequence);
        _rows = [.. Enumerable.Range(0, sequence.Length).Where(t => weights[t] != 0)];
        if (_rows.Length > 0)
        {
            var trained = Arithmetic.Rows(Logits, _rows);
            var targets = new Tracked(Matrix<double>.Build.Dense(_rows.Length, trained.ColumnCount, (row, id) => sequence.InputIds[_rows[row] + 1] == id ? 1 : 0));
            _residual = _pass.Operations.Subtract(arithmetic.Softmax(trained, 1), targets);
            Loss = LossOf(trained, _residual.Value, arithmetic);
        }
    }

    /// <summary>The logits, [T × V].</summary>
    public Tracked Logits { get; }

    /// <summary>The loss.</summary>
    public TrackedScalar Loss { get; }

    private string HeadTable => _shape.Plan.IsTied ? TokenTable : $"{Place.Head}.weight";

    /// <summary>c, rounded when it was written down where it is not 1.</summary>
    private TrackedScalar HeadScale => new(
        _shape.Plan.HeadScale, _shape.Plan.HeadScale == 1 ? 0 : 2 * _pass.Arithmetic.UnitRoundoff * _shape.Plan.HeadScale);

    /// <summary>The gradient of every parameter. May be called once.</summary>
    public TrackedParameters Backward()
    {
        var (arithmetic, plan) = (_pass.Arithmetic, _shape.Plan);
        if (_residual is not null)
        {
            _pass.Learn(HeadTable, arithmetic.TransposeThisAndMultiply(_residual, Arithmetic.Rows(_headInput, _rows)));
            if (plan.HasHeadBias)
            {
                _pass.LearnSum($"{Place.Head}.bias", _residual);
            }

            var g = Arithmetic.SpreadRows(arithmetic.Multiply(_residual, _pass.Parameters[HeadTable]), _rows, _sequence.Length);
            g = arithmetic.Scale(g, HeadScale)!;
            g = plan.EmbeddingWidth is null ? g : _pass.LinearBackward($"{Place.HeadProjection}", _normed, g);
            g = Back(_final, g);
            EmbedBackward(_embedding, [.. _sequence.InputIds], BlocksBackward(g, plan.EncoderBlocks, plan.Blocks.Count));
            if (plan.HasEncoder)
            {
                var encoded = _blocks.Aggregate((Tracked?)null, (sum, block) => arithmetic.Add(sum, block.EncodedGradient))!;
                EmbedBackward(_encoderEmbedding, [.. _sequence.EncoderIds!], BlocksBackward(Back(_encoderFinal, encoded), 0, plan.EncoderBlocks));
            }
        }

        // What no path leads back to, as where nothing is trained.
        foreach (var name in _pass.Parameters.Names.Where(name => _pass.Gradients.Find(name) is null))
        {
            var like = _pass.Parameters[name];
            var zero = Matrix<double>.Build.Dense(like.RowCount, like.ColumnCount);
            _pass.Learn(name, new Tracked(zero, zero));
        }

        return _pass.Gradients;
    }

    private (Tracked Embedded, TrackedNodes? Nodes) Embed(int[] ids)
    {
        var (arithmetic, plan) = (_pass.Arithmetic, _shape.Plan);
        var x = Arithmetic.Rows(_pass.Parameters[TokenTable], ids);
        x = plan.EmbeddingWidth is null ? x : _pass.Linear($"{Place.EmbeddingProjection}", x);
        x = plan.HasPositionTable ? arithmetic.Add(x, Arithmetic.Rows(_pass.Parameters[PositionTable], Positions(ids.Length)))! : x;
        var nodes = Outside(plan.Embedding, x);
        return (nodes?.Output ?? x, nodes);
    }

    private void EmbedBackward(TrackedNodes? nodes, int[] ids, Tracked g)
    {
        // forward: x_t = W_in E[id_t] + P[t]
        var (arithmetic, plan, tokens) = (_pass.Arithmetic, _shape.Plan, _pass.Parameters[TokenTable]);
        g = Back(nodes, g);
        if (plan.HasPositionTable)
        {
            _pass.Learn(PositionTable, Arithmetic.SpreadRows(g, Positions(ids.Length), _pass.Parameters[PositionTable].RowCount));
        }

        g = plan.EmbeddingWidth is null ? g : _pass.LinearBackward($"{Place.EmbeddingProjection}", Arithmetic.Rows(tokens, ids), g);
        var oneHot = new Tracked(Matrix<double>.Build.Dense(ids.Length, tokens.RowCount, (t, id) => ids[t] == id && id != _shape.PaddingToken ? 1 : 0));
        _pass.Learn(TokenTable, arithmetic.TransposeThisAndMultiply(oneHot, g));
    }

    private Tracked Blocks(Tracked x, int first, int end, TrackedPositions? positions, Tracked? encoded)
    {
        for (var index = first; index < end; index++)
        {
            _blocks.Add(new TrackedNodes(_pass, _shape.Plan.Blocks[index], $"{_shape.Blocks[index]}.", x, positions, _sequence.IclMask, encoded));
            x = _blocks[^1].Output;
        }

        return x;
    }

    private Tracked BlocksBackward(Tracked g, int first, int end)
    {
        for (var index = end - 1; index >= first; index--)
        {
            g = _blocks[index].Backward(g);
        }

        return g;
    }

    private TrackedNodes? Outside(BlockPlan? nodes, Tracked x) => nodes is null ? null : new TrackedNodes(_pass, nodes, string.Empty, x);

    private static Tracked Back(TrackedNodes? nodes, Tracked g) => nodes?.Backward(g) ?? g;

    private int[] Positions(int count) => [.. Enumerable.Range(_shape.FrontPositions, count)];

    /// <summary>The loss log Σ exp s − s_n and its error δ(log Σ exp s − s_n) = ⟨softmax(s) − q_n, δs⟩, and the roundings of V exponentials, their sum, the logarithm and the sum over positions.</summary>
    /// <remarks>
    /// Positions that repeat repeat their errors, so these add up with absolute values. Where one logit is far above the others Σ exp is 1 + ε, whose rounding is large beside the
    /// loss: noise moves the sum, its logarithm and the difference as it moves any result.
    /// </remarks>
    private TrackedScalar LossOf(Tracked logits, Matrix<double> residual, Arithmetic arithmetic)
    {
        var rounding = arithmetic.Rounding!;
        double error = 0, total = 0;
        var (sums, shifts) = (Matrix<double>.Build.Dense(_rows.Length, 1), Matrix<double>.Build.Dense(_rows.Length, 1));
        for (var row = 0; row < _rows.Length; row++)
        {
            var largest = logits.Value.Row(row).Maximum();
            for (var id = 0; id < logits.ColumnCount; id++)
            {
                error += Math.Abs(residual.At(row, id)) * (logits.Error?.At(row, id) ?? 0);
                sums[row, 0] += Math.Exp(logits.Value.At(row, id) - largest);
            }

            var target = logits.Value.At(row, _sequence.InputIds[_rows[row] + 1]);
            shifts[row, 0] = largest - target;
            var magnitude = Math.Log(sums[row, 0]) + Math.Abs(largest) + Math.Abs(target);
            total += magnitude;
            error += rounding.Accumulated(logits.ColumnCount + 8) + (rounding.Accumulated(4) * magnitude);
        }

        var loss = arithmetic.Perturb(arithmetic.Perturb(arithmetic.Perturb(sums).Map(Math.Log)) + shifts).Enumerate().Sum();
        return new(loss, rounding.Combine(error, rounding.Accumulated(_rows.Length) * total));
    }
}
