using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Exact;
using Tint.Reference.Materialised;
using Tint.Reference.Modules;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Explaining.Examples;

/// <summary>The modules of LayerNorm, and those of a root-mean-square normalisation, which has no bias.</summary>
/// <param name="isCentred">Whether the mean is subtracted: LayerNorm.</param>
internal sealed class NormExamples(bool isCentred)
{
    /// <summary>LayerNorm's.</summary>
    public static NormExamples LayerNorm { get; } = new(isCentred: true);

    /// <summary>The root-mean-square normalisation's.</summary>
    public static NormExamples RmsNorm { get; } = new(isCentred: false);

    public BuiltExample Forward(Example example)
    {
        var (c, slot, norm, x) = (example.Configuration, MemorySlots.LayerNorm(example.Configuration), Norm(example), example.X);
        var states = new HiddenStates(example.Stacked(norm), example.Tokens((0, x)));
        var written = example.Write(write => isCentred ? write.LayerNormForward("x", string.Empty) : write.RmsNormForward("x", string.Empty));
        var (output, memory) = isCentred ? SimulatedLayerNorm.Forward(c, norm, x) : SimulatedRmsNorm.Forward(c, norm, x);
        var (exact, normal) = (Exactly(norm, x, c.Auxiliary.LayerNormEpsilon), Normal(x, c.Auxiliary.LayerNormEpsilon));
        var (centred, mirrored) = (new LayerNormForward(c, slot), new RmsNormForward(c, slot));
        return Built(
            example,
            states,
            written,
            isCentred ? centred.Tensors() : mirrored.Tensors(),
            arithmetic => isCentred ? centred.Run(states, arithmetic) : mirrored.Run(states, arithmetic),
            [
                example.Tokens(isCentred ? "γ∘x̂ + β" : "γ∘x̂", 0, output, exact),
                example.Tokens("memory x̂", slot, memory.Normalized, normal),
                example.Tokens("memory x", slot + 1, memory.Input, x),
            ],
            [new("x", x), new("x̂", normal), new(isCentred ? "γ∘x̂ + β" : "γ∘x̂", exact), new("−x", -x), new("−x̂", -normal)]);
    }

    public BuiltExample Backward(Example example)
    {
        var (c, slot, states) = (example.Configuration, MemorySlots.LayerNorm(example.Configuration), GradientStates(example));
        var (centred, mirrored) = (new LayerNormBackward(c, slot), new RmsNormBackward(c, slot));
        return Built(
            example,
            states,
            example.Write(write => isCentred ? write.LayerNormBackward("x", string.Empty) : write.RmsNormBackward("x", string.Empty)),
            isCentred ? centred.Tensors() : mirrored.Tensors(),
            arithmetic => isCentred ? centred.Run(states, arithmetic) : mirrored.Run(states, arithmetic),
            [Back(example)],
            Gradients(example));
    }

    public BuiltExample Descent(Example example)
    {
        var (c, slot, states) = (example.Configuration, MemorySlots.LayerNorm(example.Configuration), GradientStates(example));
        var (centred, mirrored) = (new LayerNormDescent(c, slot), new RmsNormDescent(c, slot));
        return Built(
            example,
            states,
            example.Write(write => isCentred ? write.LayerNormDescent("x", string.Empty) : write.RmsNormDescent("x", string.Empty)),
            isCentred ? centred.Tensors() : mirrored.Tensors(),
            arithmetic => isCentred ? centred.Run(states, example.TrainMask, arithmetic) : mirrored.Run(states, example.TrainMask, arithmetic),
            [.. Step(example)],
            Gradients(example));
    }

    public BuiltExample DescentBackward(Example example)
    {
        var (c, slot, states) = (example.Configuration, MemorySlots.LayerNorm(example.Configuration), GradientStates(example));
        var (centred, mirrored) = (new LayerNormDescentBackward(c, slot), new RmsNormDescentBackward(c, slot));
        return Built(
            example,
            states,
            example.Write(write => isCentred ? write.LayerNormDescentBackward("x", string.Empty) : write.RmsNormDescentBackward("x", string.Empty)),
            isCentred ? centred.Tensors() : mirrored.Tensors(),
            arithmetic => isCentred ? centred.Run(states, example.TrainMask, arithmetic) : mirrored.Run(states, example.TrainMask, arithmetic),
            [Back(example), .. Step(example)],
            Gradients(example));
    }

    private LayerNormParameters Norm(Example example) =>
        isCentred ? example.Norm : example.Norm with { Bias = Vector<double>.Build.Dense(example.Norm.Bias.Count) };

    private Matrix<double> Exactly(LayerNormParameters norm, Matrix<double> x, double epsilon) =>
        isCentred ? ExactLayerNorm.Forward(norm, epsilon, x).Output : ExactRmsNorm.Forward(norm.Weight, epsilon, x).Output;

    private Matrix<double> Normal(Matrix<double> x, double epsilon) => Exactly(
        new(Vector<double>.Build.Dense(x.ColumnCount, 1), Vector<double>.Build.Dense(x.ColumnCount)), x, epsilon);

    private LayerNormMemory Memory(Example example) => isCentred
        ? SimulatedLayerNorm.Forward(example.Configuration, Norm(example), example.X).Memory
        : SimulatedRmsNorm.Forward(example.Configuration, Norm(example), example.X).Memory;

    private HiddenStates GradientStates(Example example)
    {
        var (slot, memory) = (MemorySlots.LayerNorm(example.Configuration), Memory(example));
        return new(example.Stacked(Norm(example)), example.Tokens((0, example.Gradient), (slot, memory.Normalized), (slot + 1, memory.Input)));
    }

    private Part Back(Example example)
    {
        var (c, norm, g, x) = (example.Configuration, Norm(example), example.Gradient, example.X);
        var (epsilon, scale, u) = (c.Auxiliary.LayerNormEpsilon, c.FiniteDifferenceScale, Scaled(norm, g));
        var exact = isCentred
            ? ExactLayerNorm.Backward(norm, ExactLayerNorm.Forward(norm, epsilon, x), g).Input
            : ExactRmsNorm.Backward(norm.Weight, ExactRmsNorm.Forward(norm.Weight, epsilon, x), g).Input;
        var closed = isCentred ? SimulatedLayerNorm.Backward(c, norm, g, Memory(example)) : SimulatedRmsNorm.Backward(c, norm, g, Memory(example));
        return example.Tokens("gradient at x", 0, closed, exact) with
        {
            Covers = "truncation of the finite difference",
            Certificate = isCentred
                ? LayerNormCertificate.Bound(x, u, scale, epsilon, c.Stencil)
                : RmsNormCertificate.Bound(x, u, scale, epsilon, c.Stencil),
        };
    }

    private IEnumerable<Part> Step(Example example)
    {
        var (c, norm) = (example.Configuration, Norm(example));
        var updated = isCentred
            ? SimulatedLayerNorm.Descent(c, norm, example.Gradient, Memory(example), example.TrainMask).Updated
            : SimulatedRmsNorm.Descent(c, norm, example.Gradient, Memory(example), example.TrainMask).Updated;
        return example.Updated(updated, Stepped(example));
    }

    /// <summary>What plain SGD would do to the linear layer diag γ, β, as which the prefixes hold it (V5).</summary>
    private LinearParameters Stepped(Example example)
    {
        var layer = Example.Dense(Norm(example));
        var stepped = LinearExamples.Stepped(example, layer, example.Gradient, Memory(example).Normalized, example.TrainMask);
        return isCentred ? stepped : stepped with { Bias = layer.Bias };
    }

    private static Matrix<double> Scaled(LayerNormParameters norm, Matrix<double> g) =>
        g.MapIndexed((_, column, value) => norm.Weight[column] * value, Zeros.Include);

    private Known[] Gradients(Example example)
    {
        var (c, x, norm) = (example.Configuration, example.X, Norm(example));
        var (u, epsilon) = (Scaled(norm, example.Gradient), c.Auxiliary.LayerNormEpsilon);
        var moved = x + (u / c.FiniteDifferenceScale);
        return
        [
            new("g", example.Gradient),
            new("x̂", Normal(x, epsilon)),
            new("x", x),
            new("u = γ∘g", u),
            new("x + u/N", moved),
            new("−(x + u/N)", -moved),
            new("f(x + u/N)", Normal(moved, epsilon)),
            new("−f(x + u/N)", -Normal(moved, epsilon)),
            new("N(f(x + u/N) − x̂)", Back(example).Closed),
            .. example.UpdatedRows("diag γ", "β", Example.Dense(norm), Stepped(example)),
        ];
    }

    private static BuiltExample Built(
        Example example,
        HiddenStates states,
        (IReadOnlyList<TransformerLayer> Layers, string Output) written,
        IEnumerable<WeightTensor> tensors,
        Func<Arithmetic, HiddenStates> run,
        IReadOnlyList<Part> parts,
        IReadOnlyList<Known> known) => example.Built(states, written, tensors, run, [.. example.Rows("diag γ", "β", states.Prefixes), .. known], parts);
}
