using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Laws;
using Tint.Reference.Primitives;

namespace Tint.Oracle.Tracing;

/// <summary>Takes the steps of one sequence's walk through a plan, and says with what numbers the walk goes on.</summary>
/// <param name="steps">All steps so far.</param>
/// <param name="sequence">The index of the sequence.</param>
/// <param name="given">By name and sequence, the numbers to go on from; null for the reference's own.</param>
/// <param name="arithmetic">What the literal construction computes with in the place of the closed form; null for that.</param>
internal sealed class PlanRecorder(List<TraceStep> steps, int sequence, Func<string, int, Matrix<double>?>? given, Arithmetic? arithmetic)
{
    // The sum of the largest entries of all signals so far: what memory stands among is no larger.
    private double _stream;

    /// <summary>The index of the sequence.</summary>
    public int Sequence => sequence;

    /// <summary>What the literal construction computes with; null for the closed form.</summary>
    public Arithmetic? Arithmetic => arithmetic;

    /// <summary>The sum of the largest entries of all signals so far.</summary>
    public double Stream => _stream;

    /// <summary>Takes a step and returns the numbers to go on with.</summary>
    public Matrix<double> Give(TraceStep step)
    {
        steps.Add(step);
        var value = given?.Invoke(step.Name, step.Sequence) ?? step.Value;
        if (!step.IsVector && step.Before is null)
        {
            _stream += value.Enumerate().Select(Math.Abs).DefaultIfEmpty().Max();
        }

        return value;
    }

    /// <summary>The sum at a residual connection, of branches, or of gradients.</summary>
    public static TraceStep Sum(string name, int sequence, string module, Matrix<double> newer, Matrix<double> older)
    {
        var value = newer + older;
        return new TraceStep
        {
            Name = name,
            Module = module,
            Sequence = sequence,
            Value = value,
            Parts = [new StepPart("what the residual connection carries", older), new StepPart("what is added to it", newer)],
            Reads = [("the residual connection", older, other => newer + other), ("what is added to it", newer, other => other + older)],
            Bound = (_, unit) => new Bounded(value, 2 * unit * (newer.PointwiseAbs() + older.PointwiseAbs())),
            Mistakes =
            [
                ("block.residual-missing", "What the residual connection carries is not added.", () => newer),
                ("block.residual-alone", "Only what the residual connection carries is passed on.", () => older),
            ],
        };
    }
}
