using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Cases;

/// <summary>What goes into one module for one sequence, in the auxiliary model's own shapes.</summary>
internal sealed record ModuleInput
{
    /// <summary>The module, as manifests name it.</summary>
    public required string Module { get; init; }

    /// <summary>x of a forward module, g of the others, [T × D_aux].</summary>
    public required Matrix<double> Signal { get; init; }

    /// <summary>The linear layer in the prefixes: of attention forward the query's, of attention's descent the value's.</summary>
    public LinearParameters? Linear { get; init; }

    /// <summary>The normalisation in the prefixes.</summary>
    public LayerNormParameters? Norm { get; init; }

    /// <summary>Attention's key layer.</summary>
    public LinearParameters? Key { get; init; }

    /// <summary>Attention's value layer.</summary>
    public LinearParameters? Value { get; init; }

    /// <summary>The memory slots in their order, [T × D_aux] each.</summary>
    public IReadOnlyList<Matrix<double>> Memory { get; init; } = [];

    /// <summary>m, [T]; null where the module has no use for it.</summary>
    public IReadOnlyList<double>? TrainMask { get; init; }

    /// <summary>The pairs that may attend, [T × T].</summary>
    public Matrix<double>? IclMask { get; init; }
}
