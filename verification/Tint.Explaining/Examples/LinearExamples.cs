using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Explaining.Examples;

/// <summary>The linear modules.</summary>
internal static class LinearExamples
{
    public static BuiltExample Forward(Example example)
    {
        var (c, memory, layer, x) = (example.Configuration, MemorySlots.Linear(example.Configuration), example.Layer, example.X);
        var (states, module) = (new HiddenStates(example.Stacked(layer), example.Tokens((0, x))), new LinearForward(c, memory));
        var (layers, output) = example.Write(write => write.LinearForward("x", string.Empty, memory));
        var (closed, exact) = (SimulatedLinear.Forward(c, layer, x), ExactLinear.Forward(layer, x));
        var product = ExactLinear.Forward(layer with { Bias = Vector<double>.Build.Dense(layer.Bias.Count) }, x);
        var (rows, prefixes, traced) = (c.RowsPerPrefix, c.PrefixCount, c.Auxiliary.HiddenSize - 2);
        return new()
        {
            Configuration = c,
            TrainMask = example.TrainMask,
            Inputs = [("x", "states", states)],
            Layers = layers,
            Outputs = [(output, "states")],
            Tensors = module.Tensors(),
            Construction = arithmetic => [module.Run(states, arithmetic)],
            Known =
            [
                .. example.Rows("W", "b", states.Prefixes),
                new("x", x),
                new("W x + b", exact),
                new("W x", product),
                new("W x, by slot", Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (t, i) => product[t, (i % prefixes * rows) + (i / prefixes)])),
                new("b", Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (_, i) => layer.Bias[i])),
            ],
            Parts = [example.Tokens("W x + b", 0, closed.Output, exact), example.Tokens("memory x", memory, closed.Memory, x)],

            // The last row but one: it lies in another slot than the first, and the permutation moves it.
            Followed = (prefixes, (traced % rows * prefixes) + (traced / rows)),
        };
    }

    public static BuiltExample Backward(Example example)
    {
        var (c, memory) = (example.Configuration, MemorySlots.Linear(example.Configuration));
        var module = new LinearBackward(c, memory);
        var states = GradientStates(example, memory);
        return Built(
            example,
            states,
            example.Write(write => write.LinearBackward("x", string.Empty, memory)),
            module.Tensors(),
            arithmetic => module.Run(states, arithmetic),
            [Back(example)],
            followed: (c.PrefixCount, 1));
    }

    public static BuiltExample Descent(Example example)
    {
        var (c, memory) = (example.Configuration, MemorySlots.Linear(example.Configuration));
        var module = new LinearDescent(c, memory);
        var states = GradientStates(example, memory);
        var row = c.Auxiliary.HiddenSize - 2;
        return Built(
            example,
            states,
            example.Write(write => write.LinearDescent("x", string.Empty)),
            module.Tensors(),
            arithmetic => module.Run(states, example.TrainMask, arithmetic),
            [.. Step(example)],
            followed: (row / c.RowsPerPrefix, (row % c.RowsPerPrefix * c.Auxiliary.HiddenSize) + 1));
    }

    public static BuiltExample DescentBackward(Example example)
    {
        var (c, memory) = (example.Configuration, MemorySlots.Linear(example.Configuration));
        var module = new LinearDescentBackward(c, memory);
        var states = GradientStates(example, memory);
        return Built(
            example,
            states,
            example.Write(write => write.LinearDescentBackward("x", string.Empty, memory)),
            module.Tensors(),
            arithmetic => module.Run(states, example.TrainMask, arithmetic),
            [Back(example), .. Step(example)],
            followed: null);
    }

    /// <summary>Plain SGD on a linear layer.</summary>
    public static LinearParameters Stepped(Example example, LinearParameters layer, Matrix<double> g, Matrix<double> x, IReadOnlyList<double> mask)
    {
        var masked = g.MapIndexed((t, _, value) => mask[t] * value, Zeros.Include);
        var gradient = ExactLinear.Backward(layer, x, masked).Parameters;
        var rate = example.Configuration.InnerLearningRate;
        return new(layer.Weight - (rate * gradient.Weight), layer.Bias - (rate * gradient.Bias));
    }

    private static HiddenStates GradientStates(Example example, int memory) =>
        new(example.Stacked(example.Layer), example.Tokens((0, example.Gradient), (memory, example.X)));

    private static Part Back(Example example) => example.Tokens(
        "Wᵀ g",
        0,
        SimulatedLinear.Backward(example.Configuration, example.Layer.Weight, example.Gradient),
        ExactLinear.Backward(example.Layer, example.X, example.Gradient).Input);

    private static IEnumerable<Part> Step(Example example) => example.Updated(
        SimulatedLinear.Descent(example.Configuration, example.Layer, example.Gradient, example.X, example.TrainMask).Updated,
        Stepped(example, example.Layer, example.Gradient, example.X, example.TrainMask));

    private static BuiltExample Built(
        Example example,
        HiddenStates states,
        (IReadOnlyList<Reference.Materialised.TransformerLayer> Layers, string Output) written,
        IEnumerable<WeightTensor> tensors,
        Func<Arithmetic, HiddenStates> run,
        IReadOnlyList<Part> parts,
        (int Row, int Coordinate)? followed) => new()
        {
            Configuration = example.Configuration,
            TrainMask = example.TrainMask,
            Inputs = [("x", "states", states)],
            Layers = written.Layers,
            Outputs = [(written.Output, "states")],
            Tensors = tensors,
            Construction = arithmetic => [run(arithmetic)],
            Known =
        [
            .. example.Rows("W", "b", states.Prefixes),
            .. example.UpdatedRows("W", "b", example.Layer, Stepped(example, example.Layer, example.Gradient, example.X, example.TrainMask)),
            new("g", example.Gradient),
            new("x", example.X),
            new("Wᵀ g", ExactLinear.Backward(example.Layer, example.X, example.Gradient).Input),
        ],
            Parts = parts,
            Followed = followed,
        };
}
