using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Explaining.Examples;

/// <summary>The linear modules.</summary>
internal static class LinearExamples
{
    private const string Twins = "truncation of softmax attention";

    public static BuiltExample Forward(Example example)
    {
        var (c, memory, layer, x) = (example.Configuration, MemorySlots.Linear(example.Configuration), example.Layer, example.X);
        var (states, module) = (new HiddenStates(example.Stacked(layer), example.Tokens((0, x))), new LinearForward(c, memory));
        var (closed, exact) = (SimulatedLinear.Forward(c, layer, x), ExactLinear.Forward(layer, x));
        var product = SimulatedLinear.Forward(c, layer with { Bias = Vector<double>.Build.Dense(layer.Bias.Count) }, x).Output;
        var (rows, prefixes, traced) = (c.RowsPerPrefix, c.PrefixCount, c.Auxiliary.HiddenSize - 2);
        return example.Built(
            states,
            example.Write(write => write.LinearForward("x", string.Empty, memory)),
            module.Tensors(),
            arithmetic => module.Run(states, arithmetic),
            [
                .. example.Rows("W", "b", states.Prefixes),
                new("x", x),
                new(Nearly(c, "W x + b"), closed.Output),
                new(Nearly(c, "W x"), product),
                new(Nearly(c, "W x, by slot"), Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (t, i) => product[t, (i % prefixes * rows) + (i / prefixes)])),
                new(Nearly(c, "b"), SimulatedLinear.Forward(c, layer with { Weight = 0 * layer.Weight }, x).Output),
            ],
            [Judged(c, example.Tokens("W x + b", 0, closed.Output, exact), () => TwinCertificate.Forward(c, layer, x)), example.Tokens("memory x", memory, closed.Memory, x)]) with
        {
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
        var kept = 1 - (rate * example.Configuration.Optimiser.WeightDecay);
        return new((kept * layer.Weight) - (rate * gradient.Weight), (kept * layer.Bias) - (rate * gradient.Bias));
    }

    /// <summary>What twins give is called nearly what linear attention gives.</summary>
    private static string Nearly(TintConfiguration c, string name) => c.UseSoftmax ? $"≈ {name}" : name;

    /// <summary>Softmax attention in the place of linear attention has a certificate.</summary>
    private static Part Judged(TintConfiguration c, Part part, Func<Matrix<double>> bound) =>
        c.UseSoftmax ? part with { Certificate = RowNorms.Of(bound()), Covers = Twins } : part;

    private static LinearParameters ClosedStep(Example example) =>
        SimulatedLinear.Descent(example.Configuration, example.Layer, example.Gradient, example.X, example.TrainMask).Updated;

    private static HiddenStates GradientStates(Example example, int memory) =>
        new(example.Stacked(example.Layer), example.Tokens((0, example.Gradient), (memory, example.X)));

    private static Part Back(Example example) => Judged(
        example.Configuration,
        example.Tokens(
            "Wᵀ g",
            0,
            SimulatedLinear.Backward(example.Configuration, example.Layer.Weight, example.Gradient),
            ExactLinear.Backward(example.Layer, example.X, example.Gradient).Input),
        () => TwinCertificate.Backward(example.Configuration, example.Layer.Weight, example.Gradient));

    private static IEnumerable<Part> Step(Example example)
    {
        var (c, exact) = (example.Configuration, Stepped(example, example.Layer, example.Gradient, example.X, example.TrainMask));
        if (!c.UseSoftmax)
        {
            return example.Updated(ClosedStep(example), exact);
        }

        var bound = TwinCertificate.Descent(c, example.Gradient, example.X, example.TrainMask);
        return example.Updated(
            ClosedStep(example), exact, new(c.InnerLearningRate * bound.Weight, c.InnerLearningRate * bound.Bias), Twins);
    }

    private static BuiltExample Built(
        Example example,
        HiddenStates states,
        (IReadOnlyList<Reference.Materialised.TransformerLayer> Layers, string Output) written,
        IEnumerable<WeightTensor> tensors,
        Func<Arithmetic, HiddenStates> run,
        IReadOnlyList<Part> parts,
        (int Row, int Coordinate)? followed) => example.Built(
            states,
            written,
            tensors,
            run,
            [
                .. example.Rows("W", "b", states.Prefixes),
                .. example.UpdatedRows(Nearly(example.Configuration, "W"), Nearly(example.Configuration, "b"), example.Layer, ClosedStep(example)),
                new("g", example.Gradient),
                new("x", example.X),
                new(Nearly(example.Configuration, "Wᵀ g"), SimulatedLinear.Backward(example.Configuration, example.Layer.Weight, example.Gradient)),
            ],
            parts) with
        { Followed = followed };
}
