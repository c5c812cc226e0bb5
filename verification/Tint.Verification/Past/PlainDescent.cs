using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Verification.Past;

/// <summary>Gradient descent as one writes it, in loops: what each construction is held against.</summary>
internal static class PlainDescent
{
    /// <summary>⟨w, x⟩ at the query after steps on all examples, w ← w − η Σ_i (⟨w, x_i⟩ − y_i)x_i from 0.</summary>
    public static double Batch(RegressionTask task, int steps)
    {
        ArgumentNullException.ThrowIfNull(task);
        var w = new double[task.Dimension];
        for (var step = 0; step < steps; step++)
        {
            var gradient = new double[w.Length];
            for (var i = 0; i < task.Examples; i++)
            {
                AddGradient(task, w, i, gradient);
            }

            Move(w, gradient, task.Rate);
        }

        return Predict(w, task.Query);
    }

    /// <summary>The same with one example a step, in turn.</summary>
    public static double OneByOne(RegressionTask task, int steps)
    {
        ArgumentNullException.ThrowIfNull(task);
        var w = new double[task.Dimension];
        for (var step = 0; step < steps; step++)
        {
            var gradient = new double[w.Length];
            AddGradient(task, w, step % task.Examples, gradient);
            Move(w, gradient, task.Rate);
        }

        return Predict(w, task.Query);
    }

    /// <summary>One step of an MLP x ↦ Σ_k v_k σ(⟨u_k, x⟩): U − η ∂U, [h × d], and v − η ∂v, [h].</summary>
    public static (Matrix<double> Inner, Vector<double> Outer) Mlp(RegressionTask task, ActivationKind kind, Matrix<double> inner, Vector<double> outer)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        var (moved, turned) = (inner.Clone(), outer.Clone());
        for (var i = 0; i < task.Examples; i++)
        {
            var z = new double[outer.Count];
            var residual = -task.Targets[i];
            for (var k = 0; k < z.Length; k++)
            {
                for (var c = 0; c < task.Dimension; c++)
                {
                    z[k] += inner[k, c] * task.Inputs[i, c];
                }

                residual += outer[k] * ActivationFunction.Value(kind, z[k]);
            }

            for (var k = 0; k < z.Length; k++)
            {
                turned[k] -= task.Rate * residual * ActivationFunction.Value(kind, z[k]);
                for (var c = 0; c < task.Dimension; c++)
                {
                    moved[k, c] -= task.Rate * residual * outer[k] * ActivationFunction.Derivative(kind, z[k]) * task.Inputs[i, c];
                }
            }
        }

        return (moved, turned);
    }

    private static void AddGradient(RegressionTask task, double[] w, int example, double[] gradient)
    {
        var residual = Predict(w, task.Inputs.Row(example)) - task.Targets[example];
        for (var c = 0; c < w.Length; c++)
        {
            gradient[c] += residual * task.Inputs[example, c];
        }
    }

    private static void Move(double[] w, double[] gradient, double rate)
    {
        for (var c = 0; c < w.Length; c++)
        {
            w[c] -= rate * gradient[c];
        }
    }

    private static double Predict(double[] w, Vector<double> x)
    {
        var sum = 0.0;
        for (var c = 0; c < w.Length; c++)
        {
            sum += w[c] * x[c];
        }

        return sum;
    }
}
