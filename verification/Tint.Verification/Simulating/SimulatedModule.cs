using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Simulation;

namespace Tint.Verification.Simulating;

/// <summary>The closed form of a module: the parts of its output that it defines, by name.</summary>
internal static class SimulatedModule
{
    public const string Signal = "signal";
    public const string InputGradient = "input gradient";
    public const string UpdatedWeight = "updated weight";
    public const string UpdatedBias = "updated bias";

    private const string States = "expected.hidden_states";

    /// <summary>The parts of one sequence.</summary>
    public static IReadOnlyList<SimulatedRegion> Run(string module, ModuleView view)
    {
        var (c, memory, width) = (view.Configuration, view.MemoryColumn, view.Width);
        var biasOnly = view.Options.BiasOnly ?? false;
        switch (module)
        {
            case "LinearForward":
                var linear = SimulatedLinear.Forward(c, view.Linear, view.Signal);
                return [Tokens(Signal, linear.Output, 0), Tokens("memory x", linear.Memory, memory)];
            case "LinearBackward" when view.Options.RetainOutputGradient ?? false:
                return
                [
                    Tokens(Signal, view.Rho * view.Signal, 0),
                    Tokens(InputGradient, SimulatedLinear.Backward(c, view.Linear.Weight, view.Signal) + (view.Rho * view.Slot(1)), width),
                ];
            case "LinearBackward":
                return
                [
                    Tokens(Signal, SimulatedLinear.Backward(c, view.Linear.Weight, view.Signal), 0),
                    Tokens("memory x", view.Rho * view.Memory(0), memory),
                ];
            case "LinearDescent":
                return Layer(Descent());
            case "LinearDescentBackward":
                return [Tokens(Signal, SimulatedLinear.Backward(c, view.Linear.Weight, view.Signal), 0), .. Layer(Descent())];
            case "LayerNormForward":
                var norm = SimulatedLayerNorm.Forward(c, view.Norm, view.Signal);
                return
                [
                    Tokens(Signal, norm.Output, 0),
                    Tokens("memory x̂", norm.Memory.Normalized, memory),
                    Tokens("memory x", norm.Memory.Input, memory + width),
                ];
            case "LayerNormBackward":
                return [NormBackward()];
            case "LayerNormDescent":
                return Layer(NormDescent());
            case "LayerNormDescentBackward":
                return [NormBackward(), .. Layer(NormDescent())];
            case "AttentionForward":
                var attention = SimulatedAttention.Forward(c, view.Linear, view.KeyLayer, view.ValueLayer, view.Signal, view.IclMask);
                return
                [
                    Tokens(Signal, attention.Output, 0),
                    Tokens("memory Qx", attention.Memory.Query, memory),
                    Tokens("memory Kx", attention.Memory.Key, memory + width),
                    Tokens("memory x", attention.Memory.Input, memory + (2 * width)),
                ];
            case "AttentionBackward":
                return [Tokens(Signal, SimulatedAttention.Backward(c, view.Signal, view.AttentionMemory, view.TrainMask, view.IclMask), 0)];
            case "AttentionDescent":
                return Layer(SimulatedAttention.Descent(c, view.Linear, view.Signal, view.AttentionMemory, view.TrainMask).Updated);
            case "AttentionBackwardDescent":
                var step = SimulatedAttention.BackwardDescent(
                    c, view.Linear, view.Signal, view.AttentionMemory, view.TrainMask, view.IclMask);
                return [Tokens(Signal, step.InputGradient, 0), .. Layer(step.Updated)];
            case "ActivationForward":
                var activation = SimulatedActivation.Forward(c, view.Signal);
                return [Tokens(Signal, activation.Output, 0), Tokens("memory z", activation.Memory, memory)];
            case "ActivationBackward":
                return [Tokens(Signal, SimulatedActivation.Backward(c, view.Signal, view.Memory(0)), 0)];
            default:
                throw new RuleViolationException("the module must be known", module, $"use one of {string.Join(", ", FixtureModules.All)}");
        }

        SimulatedRegion Tokens(string name, Matrix<double> values, int column) => new(States, name, c.PrefixCount, column, [values]);

        SimulatedRegion NormBackward() => Tokens(Signal, SimulatedLayerNorm.Backward(c, view.Norm, view.Signal, view.NormMemory), 0);

        LinearParameters Descent()
        {
            var updated = SimulatedLinear.Descent(c, view.Linear, view.Signal, view.Memory(0), view.TrainMask).Updated;
            return biasOnly ? updated with { Weight = view.Rho * view.Linear.Weight } : updated;
        }

        LinearParameters NormDescent()
        {
            var updated = SimulatedLayerNorm.Descent(c, view.Norm, view.Signal, view.NormMemory, view.TrainMask).Updated;
            return new LinearParameters(updated.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(updated.Weight), updated.Bias);
        }

        SimulatedRegion[] Layer(LinearParameters layer) => Stacked(layer, c.PrefixCount);
    }

    /// <summary>A layer as prefixes hold it: prefix j has n rows of W side by side; prefix 0 has the bias that is kept up to date.</summary>
    public static SimulatedRegion[] Stacked(LinearParameters layer, int prefixes, string tensor = States)
    {
        int width = layer.Weight.ColumnCount, rows = layer.Weight.RowCount / prefixes;
        var weight = Matrix<double>.Build.Dense(
            prefixes, rows * width, (prefix, column) => layer.Weight.At((prefix * rows) + (column / width), column % width));
        return [new(tensor, UpdatedWeight, 0, 0, [weight]), new(tensor, UpdatedBias, 0, rows * width, [layer.Bias.ToRowMatrix()])];
    }
}
