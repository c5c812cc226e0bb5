using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>The signal of all tokens after one pass through a block or the final norm.</summary>
/// <param name="Name">Order, pass and place, as in "004.backward.layer01" or "002.forward.final_norm".</param>
/// <param name="Signal">The residual stream (forward) or its gradient (backward), [T × D_aux].</param>
public sealed record SimulatedState(string Name, Matrix<double> Signal);
