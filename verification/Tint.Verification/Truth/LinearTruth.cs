using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Exact;
using Tint.Verification.Simulating;

namespace Tint.Verification.Truth;

/// <summary>Linear modules: exact but for the gate that their output passes.</summary>
internal static class LinearTruth
{
    public static IEnumerable<CertificateCheck> Forward(TruthInputs inputs) =>
        [inputs.Gated(SimulatedModule.Signal, "W x + b", ExactLinear.Forward(inputs.View.Linear, inputs.View.Signal))];

    public static IEnumerable<CertificateCheck> Backward(TruthInputs inputs)
    {
        var view = inputs.View;
        var gradient = ExactLinear.Backward(view.Linear, view.Signal, view.Signal).Input;
        return view.Options.RetainOutputGradient ?? false
            ? [inputs.Gated(SimulatedModule.InputGradient, "gradient at x", gradient + view.Slot(1))]
            : [inputs.Gated(SimulatedModule.Signal, "gradient at x", gradient)];
    }

    /// <summary>W − η Σ m g xᵀ and b − η Σ m g, with what the memory holds for x.</summary>
    public static IEnumerable<CertificateCheck> Descent(TruthInputs inputs)
    {
        var view = inputs.View;
        var updated = Step(view.Linear, view.Signal, view.Memory(0), view);
        return inputs.Updated((view.Options.BiasOnly ?? false) ? view.Linear.Weight : updated.Weight, updated.Bias);
    }

    /// <summary>One step of plain SGD on a linear layer, over the trained tokens.</summary>
    public static LinearParameters Step(LinearParameters layer, Matrix<double> g, Matrix<double> x, ModuleView view)
    {
        var masked = Matrix<double>.Build.Dense(g.RowCount, g.ColumnCount, (t, column) => view.TrainMask[t] * g.At(t, column));
        var gradient = ExactLinear.Backward(layer, x, masked).Parameters;
        var rate = view.Configuration.InnerLearningRate;
        return new LinearParameters(layer.Weight - (rate * gradient.Weight), layer.Bias - (rate * gradient.Bias));
    }
}
