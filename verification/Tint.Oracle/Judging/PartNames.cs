using Tint.Verification.Simulating;

namespace Tint.Oracle.Judging;

/// <summary>The names of the parts of a module's result in the auxiliary model's own shapes.</summary>
/// <remarks>
/// <c>signal</c> and <c>input_gradient</c>, [B × T × D_aux]; memory slots <c>memory_x</c>, <c>memory_x_hat</c>, <c>memory_qx</c>, <c>memory_kx</c>,
/// <c>memory_z</c>, of the same shape; <c>updated_weight</c>, [B × D_aux × D_aux], and <c>updated_bias</c>, [B × D_aux].
/// </remarks>
internal static class PartNames
{
    /// <summary>The name in files of a part of the simulated gradient.</summary>
    public static string Of(string part) => part
        .Replace("x̂", "x_hat", StringComparison.Ordinal)
        .Replace(' ', '_')
        .ToLowerInvariant();

    /// <summary>Whether a part is of parameters.</summary>
    public static bool IsParameter(string part) => part is SimulatedModule.UpdatedWeight or SimulatedModule.UpdatedBias;

    /// <summary>The shape of a part, <paramref name="sequences"/> × natural.</summary>
    /// <param name="part">The part's name in the simulated gradient.</param>
    /// <param name="sequences">B.</param>
    /// <param name="rows">Rows as the prefixes or tokens hold it.</param>
    /// <param name="columns">Columns as they hold it.</param>
    /// <param name="width">D_aux.</param>
    public static int[] Shape(string part, int sequences, int rows, int columns, int width) => part switch
    {
        SimulatedModule.UpdatedWeight => [sequences, rows * columns / width, width],
        SimulatedModule.UpdatedBias => [sequences, columns],
        _ => [sequences, rows, columns],
    };
}
