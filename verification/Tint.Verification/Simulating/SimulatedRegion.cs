using MathNet.Numerics.LinearAlgebra;

namespace Tint.Verification.Simulating;

/// <summary>A part of a case's tensor that the simulated gradient gives in closed form.</summary>
/// <param name="Tensor">The tensor, as in the case's file: <c>expected.hidden_states</c>.</param>
/// <param name="Name">What the part is, as in "signal" or "updated weight"; empty for a whole tensor.</param>
/// <param name="Row">The first row of the part, within one sequence: of a state, [K + T × D_sim], or of prefixes, [K × D_sim].</param>
/// <param name="Column">The first column.</param>
/// <param name="Values">The part for every sequence, all of one shape.</param>
internal sealed record SimulatedRegion(string Tensor, string Name, int Row, int Column, IReadOnlyList<Matrix<double>> Values)
{
    /// <summary>The same regions of several sequences as one.</summary>
    public static IReadOnlyList<SimulatedRegion> Join(IReadOnlyList<IReadOnlyList<SimulatedRegion>> sequences) =>
        [.. sequences[0].Select((region, i) => region with { Values = [.. sequences.SelectMany(regions => regions[i].Values)] })];
}
