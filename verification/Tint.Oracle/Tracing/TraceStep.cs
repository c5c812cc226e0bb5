using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Cases;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Tracing;

/// <summary>One named intermediate of one sequence, or a stretch of it where the MLP's chunks make it piece by piece.</summary>
internal sealed record TraceStep
{
    /// <summary>The name, as in <c>forward0.layer1.attention.norm</c>; see <see cref="TracedTint"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The module whose result it is, as in "LinearBackward", or what it is otherwise, as in "residual".</summary>
    public required string Module { get; init; }

    /// <summary>The index of the sequence.</summary>
    public required int Sequence { get; init; }

    /// <summary>What the reference computes from the step's inputs.</summary>
    public required Matrix<double> Value { get; init; }

    /// <summary>The first row of the whole intermediate that <see cref="Value"/> holds.</summary>
    public int Row { get; init; }

    /// <summary>The first column.</summary>
    public int Column { get; init; }

    /// <summary>Whether the intermediate is a vector of parameters; <see cref="Value"/> then has one row.</summary>
    public bool IsVector { get; init; }

    /// <summary>The weights that a descent has moved, in the shape of <see cref="Value"/>; null for signals.</summary>
    public Matrix<double>? Before { get; init; }

    /// <summary>What goes into the module, where a module of the fixtures computes the step.</summary>
    public ModuleInput? Input { get; init; }

    /// <summary>The MLP's chunk that it belongs to; null where there are none.</summary>
    public int? Part { get; init; }

    /// <summary>Computes the step on the same inputs with other modules or another configuration; null where no module computes it.</summary>
    public Func<ITintModules, TintConfiguration, Matrix<double>>? Again { get; init; }

    /// <summary>The same where the module that runs is within another: the linear module of a normalisation; null where there is none.</summary>
    public Func<ITintModules, TintConfiguration, Matrix<double>>? Within { get; init; }

    /// <summary>The step with another signal in the place of one that it reads: what that is, the right one, [T × D_aux], and the result.</summary>
    public IReadOnlyList<(string What, Matrix<double> Own, Func<Matrix<double>, Matrix<double>> With)> Reads { get; init; } = [];

    /// <summary>The step with other parameters in the place of a layer of its own: which, and the result.</summary>
    public IReadOnlyList<(string Which, LinearParameters Own, Func<LinearParameters, Matrix<double>> With)> Layers { get; init; } = [];

    /// <summary>What the step is the sum of; empty for what is no sum.</summary>
    public IReadOnlyList<StepPart> Parts { get; init; } = [];

    /// <summary>What stands in each token's row where it counts once; null where tokens have no weights.</summary>
    public Func<Matrix<double>>? Rows { get; init; }

    /// <summary>Tables that each token takes a row of: what the rows are, how many there are, and what the step has at a token with another row, −1 for none.</summary>
    public IReadOnlyList<(string What, int Rows, Func<int, int, Vector<double>> With)> Tables { get; init; } = [];

    /// <summary>Numbers that the step depends on: what each is, the right one, and the result with another.</summary>
    public IReadOnlyList<(string What, double Own, Func<double, Matrix<double>> With)> Scalars { get; init; } = [];

    /// <summary>What a step makes beside its result, that others may read by mistake: x̂, values.</summary>
    public IReadOnlyList<(string What, Matrix<double> Value)> Besides { get; init; } = [];

    /// <summary>Of a descent, what token t adds to the parameter where it counts once; null for other steps.</summary>
    public Func<int, Matrix<double>>? Share { get; init; }

    /// <summary>Computes the step with a bound on every entry, for operations of a unit roundoff.</summary>
    public required Func<ReferenceModules, double, Bounded> Bound { get; init; }

    /// <summary>What mistakes of wiring would give in place of <see cref="Value"/>, with a sentence each.</summary>
    public IReadOnlyList<(string Name, string Sentence, Func<Matrix<double>> Value)> Mistakes { get; init; } = [];
}
