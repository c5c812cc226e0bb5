using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>What is known of attention's steps, whoever computes them.</summary>
internal static class AttentionSteps
{
    /// <summary>The layers that project, as attention takes them.</summary>
    /// <param name="Query">W_Q and b_Q.</param>
    /// <param name="Key">W_K and b_K.</param>
    /// <param name="Value">W_V and b_V.</param>
    internal readonly record struct Layers(LinearParameters Query, LinearParameters Key, LinearParameters Value);

    /// <summary>Queries or keys.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="layer">The layer that projects.</param>
    /// <param name="isQuery">Whether it makes queries.</param>
    /// <param name="x">X, [T × D].</param>
    /// <param name="run">The step with another layer or input.</param>
    public static TraceStep Projection(TraceStep step, LinearParameters layer, bool isQuery, Matrix<double> x, Func<LinearParameters, Matrix<double>, Matrix<double>> run) => step with
    {
        Layers = [("W and b", layer, own => run(own, x))],
        Reads = [("its input", x, other => run(layer, other))],
        Mistakes = [.. step.Mistakes, .. Transposed(isQuery ? "attention.query-transposed" : "attention.key-transposed", isQuery ? "Queries are W_Qᵀ x + b_Q." : "Keys are W_Kᵀ x + b_K.", layer, own => run(own, x))],
    };

    /// <summary>The heads' results.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layers">The layers that project.</param>
    /// <param name="x">What asks, [T × D].</param>
    /// <param name="other">What is asked, [S × D]; x itself within one sequence.</param>
    /// <param name="run">The step with other layers or another x.</param>
    public static TraceStep Forward(
        TraceStep step, TintConfiguration configuration, Layers layers, Matrix<double> x, Matrix<double> other, Func<Layers, Matrix<double>, Matrix<double>> run) => step with
        {
            Layers =
            [
                ("W_V and b_V", layers.Value, own => run(layers with { Value = own }, x)),
                ("W_Q and b_Q", layers.Query, own => run(layers with { Query = own }, x)),
                ("W_K and b_K", layers.Key, own => run(layers with { Key = own }, x)),
            ],
            Reads = [("its input", x, y => run(layers, y))],
            Parts = AttentionMistakes.Heads(configuration, step.Value),
            Besides = [("values", SimulatedLinear.Forward(configuration, layers.Value, other).Output)],
            Scalars = [("the factor of the scores", 1, factor => run(layers with { Query = new(layers.Query.Weight * factor, layers.Query.Bias * factor) }, x))],
            Mistakes = [.. step.Mistakes, .. Transposed("attention.value-transposed", "Values are W_Vᵀ x + b_V.", layers.Value, own => run(layers with { Value = own }, x))],
        };

    /// <summary>The gradient at the values.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="gradient">G, [T × D].</param>
    /// <param name="query">Queries as the memory has them.</param>
    /// <param name="key">Keys.</param>
    /// <param name="run">The step with another gradient, queries or keys.</param>
    /// <param name="unmasked">The step where every query counts; null where every one does.</param>
    public static TraceStep AtValues(
        TraceStep step,
        TintConfiguration configuration,
        Matrix<double> gradient,
        Matrix<double> query,
        Matrix<double> key,
        Func<Matrix<double>, Matrix<double>, Matrix<double>, Matrix<double>> run,
        Func<Matrix<double>>? unmasked) => step with
        {
            Reads =
            [
                ("its gradient", gradient, g => run(g, query, key)),
                ("the memory of Qx", query, q => run(gradient, q, key)),
                ("the memory of Kx", key, k => run(gradient, query, k)),
            ],
            Parts = AttentionMistakes.Heads(configuration, step.Value),
            Scalars = [("the factor of the scores", 1, factor => run(gradient, query * factor, key))],
            Mistakes =
            [
                .. AttentionMistakes.Factors(configuration).Select(factor => (factor.Name, factor.Sentence, (Func<Matrix<double>>)(() => run(gradient, query * factor.Value, key)))),
                .. step.Mistakes,
                .. unmasked is null ? Array.Empty<(string, string, Func<Matrix<double>>)>() : [("exact", "The exact gradient at the values: every query counts, trained on or not.", unmasked)],
            ],
        };

    private static (string Name, string Sentence, Func<Matrix<double>> Value)[] Transposed(string name, string sentence, LinearParameters layer, Func<LinearParameters, Matrix<double>> run) =>
        layer.Weight.RowCount != layer.Weight.ColumnCount ? [] : [(name, sentence, () => run(layer with { Weight = layer.Weight.Transpose() }))];
}
