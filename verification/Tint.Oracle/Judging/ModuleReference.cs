using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Simulation;
using Tint.Verification.Coordinates;
using Tint.Verification.Simulating;

namespace Tint.Oracle.Judging;

/// <summary>The parts of a module's result: cut out of the states that the case lists, with what the paper and the exact gradient have there.</summary>
internal static class ModuleReference
{
    private const string States = "expected.hidden_states";

    /// <summary>The parts, in the order of the closed form: signal, memory, weights.</summary>
    public static IReadOnlyList<ReferenceTensor> Parts(CaseReference reference)
    {
        var (item, configuration) = (reference.Case, reference.Configuration!);
        var regions = reference.Loaded.Regions;
        var paper = new Lazy<IReadOnlyList<SimulatedRegion>>(() => reference.Loaded.With(configuration with { Departures = Departures.Paper }).Regions);
        var exact = new Lazy<IReadOnlyDictionary<string, Tensor>>(() => Exact(reference));
        var listed = reference.Listed.Single(tensor => tensor.Name == States);
        var states = reference.Tensors.Input("hidden_states");
        var input = new Tensor(states.Shape, states.Values);
        var geometry = reference.Loaded.Geometry;
        return [.. regions.Select((region, index) => new ReferenceTensor
        {
            Name = PartNames.Of(region.Name),
            Kind = TensorKind.Part,
            Value = Natural(region, listed.Value, configuration),
            Computed = type => listed.Computed(type) is var whole
                ? whole with { Value = Natural(region, whole.Value, configuration), Bound = Natural(region, whole.Bound!, configuration) }
                : null!,
            Paper = new(() => Stack(paper.Value[index], paper.Value[index].Values, configuration)),
            Exact = new(() => exact.Value.GetValueOrDefault(region.Name)),
            Before = PartNames.IsParameter(region.Name) ? Gated(Natural(region, input, configuration), configuration) : null,
            Locate = at => Place.Of(geometry, States, listed.Value.Shape, InStates(region, at, configuration)),
            Order = index,
        })];
    }

    /// <summary>The parts that the closed form gives with another configuration.</summary>
    public static IReadOnlyDictionary<string, Tensor> Simulated(CaseReference reference, TintConfiguration configuration) => reference.Loaded.With(configuration).Regions
        .ToDictionary(region => PartNames.Of(region.Name), region => Stack(region, region.Values, configuration));

    /// <summary>A part of the states, in its natural shape.</summary>
    public static Tensor Natural(SimulatedRegion region, Tensor states, TintConfiguration configuration) =>
        Stack(region, SimulationComparison.Cut(region, states), configuration);

    /// <summary>What the gate behind a descent leaves of the parameters before it.</summary>
    private static Tensor Gated(Tensor before, TintConfiguration configuration)
    {
        var rho = SimulatedGate.Factor(configuration);
        return new Tensor(before.Shape, Array.ConvertAll(before.Values.ToArray(), value => rho * value));
    }

    private static Tensor Stack(SimulatedRegion region, IReadOnlyList<Matrix<double>> values, TintConfiguration configuration)
    {
        // Prefix j holds rows j·n … (j+1)·n − 1 of W side by side: row by row that is W itself.
        var stacked = Tensor.Stack(values);
        var shape = PartNames.Shape(region.Name, values.Count, values[0].RowCount, values[0].ColumnCount, configuration.Auxiliary.HiddenSize);
        return new Tensor(shape, stacked.Values.ToArray());
    }

    private static int[] InStates(SimulatedRegion region, IReadOnlyList<int> index, TintConfiguration configuration)
    {
        var width = configuration.Auxiliary.HiddenSize;
        return region.Name switch
        {
            SimulatedModule.UpdatedWeight =>
            [
                index[0],
                index[1] / configuration.RowsPerPrefix,
                region.Column + (index[1] % configuration.RowsPerPrefix * width) + index[2],
            ],
            SimulatedModule.UpdatedBias => [index[0], region.Row, region.Column + index[1]],
            _ => [index[0], region.Row + index[1], region.Column + index[2]],
        };
    }

    /// <summary>What exact backpropagation has in the place of the signal, for modules in which that differs from the paper's intent.</summary>
    public static Dictionary<string, Tensor> Exact(CaseReference reference)
    {
        var (item, configuration) = (reference.Case, reference.Configuration!);
        var exact = new Dictionary<string, Tensor>();
        if (Of(item.Module) is { } signal)
        {
            exact[SimulatedModule.Signal] = Tensor.Stack([.. reference.Loaded.Views.Select(signal)]);
        }

        return exact;

        Func<ModuleView, Matrix<double>>? Of(string module) => module switch
        {
            "LayerNormBackward" or "LayerNormDescentBackward" => view => ExactLayerNorm.Backward(
                view.Norm,
                ExactLayerNorm.Forward(view.Norm, configuration.Auxiliary.LayerNormEpsilon, view.NormMemory.Input),
                view.Signal).Input,
            "ActivationBackward" => view => ExactActivation.Backward(configuration.Auxiliary.Activation, view.Memory(0), view.Signal),
            "AttentionBackward" => ValueGradient,
            "AttentionBackwardDescent" when configuration.BackpropagateThroughAttention => view => ValueGradient(view) * view.Linear.Weight,
            _ => null,
        };

        Matrix<double> ValueGradient(ModuleView view)
        {
            var (memory, heads) = (view.AttentionMemory, configuration.Auxiliary.HeadCount);
            var forward = ExactAttention.Forward(memory.Query, memory.Key, memory.Input, heads, view.IclMask);
            return ExactAttention.Backward(forward, view.Signal, heads, view.IclMask).Value;
        }
    }
}
