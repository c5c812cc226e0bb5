using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Engines;

/// <summary>The signal of all tokens after one pass through a block or the final norm.</summary>
/// <param name="Name">Order, pass and place, as in "004.backward.layer01" or "002.forward.final_norm".</param>
/// <param name="Signal">The residual stream (forward) or its gradient (backward), [T × D_aux].</param>
public sealed record TracedSignal(string Name, Matrix<double> Signal)
{
    /// <summary>The name of the state behind a pass: how many came before it, and the block, or the final norm where <paramref name="layer"/> is null.</summary>
    internal static string NameOf(int order, PassKind pass, int? layer, bool ofEncoder = false) =>
        $"{order:000}.{(pass == PassKind.Forward ? "forward" : "backward")}.{(layer is not null ? $"layer{layer:00}" : ofEncoder ? "encoder_norm" : "final_norm")}";
}
