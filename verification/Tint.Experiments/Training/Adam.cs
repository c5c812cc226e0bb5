using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>
/// Adam (Kingma and Ba): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − η·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ), after g is shortened to
/// the largest norm allowed.
/// </summary>
internal static class Adam
{
    /// <summary>One update.</summary>
    /// <param name="state">θ, m, v and the number of updates so far.</param>
    /// <param name="gradient">g, of every parameter.</param>
    /// <param name="rate">η.</param>
    /// <param name="loss">The loss that belongs to the gradient.</param>
    /// <param name="options">β₁, β₂, ε and the largest norm.</param>
    /// <exception cref="RuleViolationException">The gradient is not finite.</exception>
    public static TrainingState Update(TrainingState state, ParameterSet gradient, double rate, double loss, TrainingOptions options)
    {
        var norm = Math.Sqrt(gradient.Names.Sum(name => gradient[name].ToColumnMajorArray().Sum(static g => g * g)));
        if (!double.IsFinite(norm) || !double.IsFinite(loss))
        {
            throw new RuleViolationException(
                "training must stay among the finite numbers", $"a loss of {loss} with a gradient of norm {norm} at step {state.Step + 1}", "use a smaller --rate");
        }

        var (step, shrink) = (state.Step + 1, norm > options.Clip ? options.Clip / norm : 1);
        var (firstShare, secondShare) = (1 - Math.Pow(options.FirstDecay, step), 1 - Math.Pow(options.SecondDecay, step));
        var (parameters, first, second) = (new ParameterSet(), new ParameterSet(), new ParameterSet());
        foreach (var name in state.Parameters.Names)
        {
            var value = state.Parameters[name];
            var (theta, m, v) = (value.ToColumnMajorArray(), state.First[name].ToColumnMajorArray(), state.Second[name].ToColumnMajorArray());
            var g = gradient.Find(name)?.ToColumnMajorArray() ?? new double[theta.Length];
            for (var index = 0; index < theta.Length; index++)
            {
                var one = shrink * g[index];
                m[index] = (options.FirstDecay * m[index]) + ((1 - options.FirstDecay) * one);
                v[index] = (options.SecondDecay * v[index]) + ((1 - options.SecondDecay) * one * one);
                theta[index] -= rate * (m[index] / firstShare) / (Math.Sqrt(v[index] / secondShare) + options.Epsilon);
            }

            parameters.Set(name, Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, theta));
            first.Set(name, Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, m));
            second.Set(name, Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, v));
        }

        return new TrainingState(parameters, first, second, [.. state.Losses, loss]);
    }
}
