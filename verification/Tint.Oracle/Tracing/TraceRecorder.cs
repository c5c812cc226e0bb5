using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Oracle.Tracing;

/// <summary>Takes the steps of one sequence's walk through a model, and says with what numbers the walk goes on.</summary>
/// <param name="steps">All steps so far.</param>
/// <param name="summands">All chunks so far whose sum alone is an intermediate.</param>
/// <param name="sequence">The index of the sequence.</param>
/// <param name="given">By name and sequence, the numbers to go on from; null for the reference's own.</param>
/// <param name="modules">What computes the modules of the published code; null for the closed form.</param>
/// <param name="arithmetic">What the literal construction computes with in the place of both; null for these.</param>
internal sealed class TraceRecorder(
    List<TraceStep> steps, List<TraceStep> summands, int sequence, Func<string, int, Matrix<double>?>? given, ITintModules? modules, Arithmetic? arithmetic)
{
    private readonly Dictionary<string, Matrix<double>> _updates = new(StringComparer.Ordinal);

    // The sum of the largest entries of all signals so far: what memory stands among is no larger.
    private double _stream;

    /// <summary>The index of the sequence.</summary>
    public int Sequence => sequence;

    /// <summary>What computes the modules of the published code; null for the closed form.</summary>
    public ITintModules? Modules => modules;

    /// <summary>What the literal construction computes with; null where that does not compute.</summary>
    public Arithmetic? Arithmetic => arithmetic;

    /// <summary>The sum of the largest entries of all signals so far.</summary>
    public double Stream => _stream;

    /// <summary>Numbers that no module of the construction makes, moved as its arithmetic moves all others.</summary>
    public Matrix<double> Rounded(Matrix<double> value) => arithmetic?.Perturb(value) ?? value;

    /// <summary>Takes a step and returns the numbers to go on with.</summary>
    public Matrix<double> Give(TraceStep step)
    {
        steps.Add(step);
        var value = given?.Invoke(step.Name, step.Sequence) is { } theirs
            ? theirs.SubMatrix(step.Row, step.Value.RowCount, step.Column, step.Value.ColumnCount)
            : step.Value;
        if (!step.IsVector && step.Before is null)
        {
            _stream += value.Enumerate().Select(Math.Abs).DefaultIfEmpty().Max();
        }

        return value;
    }

    /// <summary>Takes chunks, and returns what they make together: their parts side by side, or their sum.</summary>
    public Matrix<double> Give(IReadOnlyList<TraceStep> chunks, bool isSum)
    {
        if (!isSum)
        {
            return LeafPiece.Beside([.. chunks.Select(Give)]);
        }

        summands.AddRange(chunks);
        return Give(ChunkSteps.Sum(chunks));
    }

    /// <summary>The parameter before a descent and its update; beside them what the step before has added to it, as momentum does.</summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="place">The parameter: layer, place and kind.</param>
    /// <param name="before">Its numbers before the descent.</param>
    /// <param name="updated">Its numbers after it.</param>
    public IReadOnlyList<StepPart> Descent(TintConfiguration configuration, string place, Matrix<double> before, Matrix<double> updated)
    {
        var parts = StepParts.Descent(configuration, before, updated);
        var last = _updates.GetValueOrDefault(place);
        _updates[place] = parts[1].Value;
        return last is null ? parts : [.. parts, new StepPart("the update of the step before", last) { Usual = 0, Hint = "there is momentum" }];
    }

    /// <summary>Takes the sum at a residual connection, or of branches.</summary>
    public Matrix<double> GiveSum(string name, Matrix<double> newer, Matrix<double> older) => Give(Sum(
        name, "residual", newer, older,
        [
            ("block.residual-missing", "What the residual connection carries is not added.", () => newer),
            ("block.residual-alone", "Only what the residual connection carries is passed on.", () => older),
            ("block.residual-twice", "What the residual connection carries is added twice.", () => newer + older + older),
        ]));

    /// <summary>Takes the sum of the gradients that come back through a block and beside it.</summary>
    /// <param name="name">The sum's name.</param>
    /// <param name="newer">What comes back through the block.</param>
    /// <param name="older">What is there already.</param>
    /// <param name="carried">What that is.</param>
    public Matrix<double> GiveGradientSum(string name, Matrix<double> newer, Matrix<double> older, string carried = "The gradient that the residual connections carry") => Give(Sum(
        name, "residual gradient", newer, older,
        [
            ("block.residual-gradient-missing", $"{carried} is not added.", () => newer),
            ("block.residual-gradient-alone", $"{carried} is passed on alone.", () => older),
            ("block.residual-gradient-twice", $"{carried} is added twice.", () => newer + older + older),
        ]));

    private TraceStep Sum(string name, string module, Matrix<double> newer, Matrix<double> older, IReadOnlyList<(string Name, string Sentence, Func<Matrix<double>> Value)> mistakes) => new()
    {
        Name = name,
        Module = module,
        Sequence = sequence,
        Value = Rounded(newer + older),
        Parts = [new StepPart("what the residual connection carries", older), new StepPart("what is added to it", newer)],
        Reads = [("the residual connection", older, other => newer + other), ("what is added to it", newer, other => other + older)],
        Bound = (_, unit) => new Bounded(newer + older, 2 * unit * (newer.PointwiseAbs() + older.PointwiseAbs())),
        Mistakes = mistakes,
    };
}
