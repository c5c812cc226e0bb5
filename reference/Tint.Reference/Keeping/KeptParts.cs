using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Keeping;

/// <summary>
/// Keeps something that consists of matrices, part by part: each Add gives what brings that part back, and <see cref="Whole"/> puts the parts
/// together again. Vectors are small and stay as they are.
/// </summary>
internal sealed class KeptParts
{
    private readonly List<IKept<Matrix<double>>> _parts = [];

    /// <summary>Keeps a matrix.</summary>
    public Func<Matrix<double>> Add(MatrixStore store, Matrix<double> matrix) => Add(store.Keep(matrix));

    /// <summary>Keeps a matrix that must not be rounded.</summary>
    public Func<Matrix<double>> AddExactly(MatrixStore store, Matrix<double> matrix) => Add(store.KeepExactly(matrix));

    /// <summary>Keeps parameters.</summary>
    public Func<ParameterGroup> Add(MatrixStore store, ParameterGroup parameters) => parameters switch
    {
        LinearParameters linear => Add(store, linear),
        LayerNormParameters norm => Add(store, norm),
        _ => throw parameters.Unknown(),
    };

    /// <summary>Keeps a linear layer.</summary>
    public Func<LinearParameters> Add(MatrixStore store, LinearParameters parameters)
    {
        var (weight, bias) = (Add(store, parameters.Weight), parameters.Bias);
        return () => new LinearParameters(weight(), bias);
    }

    /// <summary>Keeps a normalisation, whose map can have become dense.</summary>
    public Func<LayerNormParameters> Add(MatrixStore store, LayerNormParameters parameters)
    {
        var dense = parameters.Dense is { } matrix ? Add(store, matrix) : null;
        var diagonal = parameters with { Dense = null };
        return () => diagonal with { Dense = dense?.Invoke() };
    }

    /// <summary>What was kept, as a whole.</summary>
    /// <param name="load">Puts the parts together.</param>
    public IKept<T> Whole<T>(Func<T> load) => new Kept<T>(load, () => _parts.ForEach(static part => part.Release()));

    private Func<Matrix<double>> Add(IKept<Matrix<double>> kept)
    {
        _parts.Add(kept);
        return kept.Load;
    }
}
