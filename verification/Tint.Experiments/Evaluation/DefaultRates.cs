namespace Tint.Experiments.Evaluation;

/// <summary>The learning rates that are tried where none are named.</summary>
public static class DefaultRates
{
    /// <summary>
    /// Rates of TinT and of dynamic evaluation. For GPT-2 and OPT those of the published scripts, where dynamic evaluation's grid is 1e-3 to 1e-5 beside its default
    /// 1e-4; for the model that ships, grids that hold the best rate of each method inside.
    /// </summary>
    public static (IReadOnlyList<double> Tint, IReadOnlyList<double> Dynamic) Of(string family, bool isShipped) => (family, isShipped) switch
    {
        (_, true) => ([1e-5, 3e-5, 1e-4, 3e-4], [1e-4, 3e-4, 1e-3, 3e-3]),
        ("opt", _) => ([1e-5, 1e-6, 1e-7], [1e-3, 1e-4, 1e-5]),
        _ => ([1e-3, 5e-4, 1e-4, 1e-5], [1e-3, 1e-4, 1e-5]),
    };

    /// <summary>The same for classification: the published context grid and that of label-only and dynamic evaluation together; for the task by rule on the model that ships, grids that hold the best rates inside.</summary>
    public static (IReadOnlyList<double> Tint, IReadOnlyList<double> Dynamic) OfClassification(bool isRule) => isRule
        ? ([1e-3, 3e-3, 5e-3, 1e-2, 3e-2], [3e-3, 1e-2, 3e-2, 1e-1])
        : ([1e-3, 1e-4, 1e-5, 1e-6, 1e-7], [1e-3, 1e-4, 1e-5]);
}
