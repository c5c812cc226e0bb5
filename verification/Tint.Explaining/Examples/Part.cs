using MathNet.Numerics.LinearAlgebra;

namespace Tint.Explaining.Examples;

/// <summary>A region of a module's output in closed form, and what the auxiliary model's own calculus says of it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Row">Its first row of the states, prefixes first.</param>
/// <param name="Column">Its first coordinate.</param>
/// <param name="Closed">The closed form.</param>
/// <param name="Exact">The auxiliary model's own.</param>
internal sealed record Part(string Name, int Row, int Column, Matrix<double> Closed, Matrix<double> Exact)
{
    /// <summary>Which of the module's outputs it is a region of.</summary>
    public int Output { get; init; }

    /// <summary>How far the rows of both may be apart beyond rounding, [rows]; null for not at all.</summary>
    public Vector<double>? Certificate { get; init; }

    /// <summary>What the certificate covers.</summary>
    public string Covers { get; init; } = "rounding alone";
}
