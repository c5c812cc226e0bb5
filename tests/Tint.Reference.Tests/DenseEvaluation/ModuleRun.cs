using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.CrossAttention;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>One module on one case, computed by itself and by its dense weights.</summary>
/// <param name="Structured">The module's own evaluation.</param>
/// <param name="Dense">The dense evaluation of its weights, in a format.</param>
internal sealed record ModuleRun(Func<Arithmetic, HiddenStates> Structured, Func<FloatFormat, double[,]> Dense)
{
    /// <summary>All modules by name and variant.</summary>
    public static IReadOnlyDictionary<string, Func<ShapeCase, ModuleRun>> All { get; } = new Dictionary<string, Func<ShapeCase, ModuleRun>>
    {
        ["LinearForward"] = shape => Forward(shape, MemorySlots.Linear(shape.Configuration)),
        ["LinearForward without memory"] = shape => Forward(shape, memory: null),
        ["LinearBackward"] = shape => Backward(shape, MemorySlots.Linear(shape.Configuration), retain: false),
        ["LinearBackward without memory"] = shape => Backward(shape, memory: null, retain: false),
        ["LinearBackward retaining the output gradient"] = shape => Backward(shape, MemorySlots.Linear(shape.Configuration), retain: true),
        ["LinearDescent"] = shape => Descent(shape, new DescentOptions()),
        ["LinearDescent of the bias"] = shape => Descent(shape, new DescentOptions { BiasOnly = true }),
        ["LinearDescent with a third of the bias's rate"] = shape => Descent(shape, new DescentOptions { BiasRateFactor = 1.0 / 3 }),
        ["LinearDescent of the diagonal"] = shape => Descent(shape, new DescentOptions { DiagonalOnly = true }),
        ["LinearDescent with weight decay"] = shape => Descent(Decaying(shape), new DescentOptions()),
        ["LinearDescent of the bias with weight decay"] = shape => Descent(Decaying(shape), new DescentOptions { BiasOnly = true }),
        ["Momentum behind LinearDescent"] = MomentumOf,
        ["LossMean"] = LossMeanOf,
        ["LayerNormForward"] = LayerNormForwardOf,
        ["LayerNormBackward"] = LayerNormBackwardOf,
        ["LayerNormDescent"] = shape => LayerNormDescentOf(shape, biasOnly: false, dense: true),
        ["LayerNormDescent of the diagonal"] = shape => LayerNormDescentOf(shape, biasOnly: false, dense: false),
        ["LayerNormDescent of the bias"] = shape => LayerNormDescentOf(shape, biasOnly: true, dense: true),
        ["RmsNormForward"] = RmsNormForwardOf,
        ["RmsNormBackward"] = RmsNormBackwardOf,
        ["AttentionForward"] = shape => AttentionForwardOf(shape, null),
        ["AttentionBackward"] = shape => AttentionBackwardOf(shape, null),
        ["AttentionDescent"] = AttentionDescentOf,
        ["AttentionForward of many forms"] = shape => AttentionForwardOf(shape, AttentionForms.Any(shape)),
        ["AttentionBackward of many forms"] = shape => AttentionBackwardOf(shape, AttentionForms.Any(shape)),
        ["CrossAttentionForward"] = CrossAttentionForwardOf,
        ["CrossAttentionBackward"] = CrossAttentionBackwardOf,
        ["ProductForward"] = ProductForwardOf,
        ["ProductBackward"] = ProductBackwardOf,
        ["ActivationForward"] = ActivationForwardOf,
        ["ActivationBackward"] = ActivationBackwardOf,
    };

    private static ModuleRun Of(
        ShapeCase shape,
        IEnumerable<WeightTensor> tensors,
        Func<HiddenStates, Arithmetic, HiddenStates> structured,
        Func<DenseLayers, double[,], double[,]> dense)
    {
        var states = shape.States();
        return new ModuleRun(
            arithmetic => structured(states, arithmetic),
            format => dense(new DenseLayers(tensors, shape.Configuration, format), Grid.Of(states.ToMatrix())));
    }

    private static ModuleRun Forward(ShapeCase shape, int? memory)
    {
        var module = new LinearForward(shape.Configuration, memory);
        return Of(shape, module.Tensors(), module.Run, (layers, states) => DenseLinear.Forward(layers, states, memory));
    }

    private static ModuleRun Backward(ShapeCase shape, int? memory, bool retain)
    {
        var module = new LinearBackward(shape.Configuration, memory, retain);
        return Of(shape, module.Tensors(), module.Run, (layers, states) => DenseLinear.Backward(layers, states, retain ? null : memory));
    }

    private static ModuleRun Descent(ShapeCase shape, DescentOptions options)
    {
        var (module, mask) = (new LinearDescent(shape.Configuration, MemorySlots.Linear(shape.Configuration), options), shape.TrainMask());
        return Of(
            shape,
            module.Tensors(),
            (states, arithmetic) => module.Run(states, mask, arithmetic),
            (layers, states) => DenseLinear.Descent(layers, states, mask, diagonalOnly: options.DiagonalOnly));
    }

    private static ShapeCase Decaying(ShapeCase shape) => shape with
    {
        Configuration = shape.Configuration with { InnerLearningRate = 0.25, Optimiser = new() { WeightDecay = 0.5 + (shape.Seed % 2 * 4) } },
    };

    private static ModuleRun MomentumOf(ShapeCase shape)
    {
        shape = shape with { Configuration = shape.Configuration with { Optimiser = new() { Momentum = 0.75 } } };
        var module = new Momentum(shape.Configuration);
        var (before, previous) = (shape.Prefixes(1), shape.Prefixes(2));
        return Of(
            shape,
            module.Tensors(),
            (states, arithmetic) => states with { Prefixes = module.Run(states.Prefixes, before, previous, arithmetic) },
            (layers, states) =>
            {
                var (now, then, prefixes) = (Grid.Of(before.ToMatrix()), Grid.Of(previous.ToMatrix()), shape.Configuration.PrefixCount);
                var way = Grid.Like(states, (row, c) => row < prefixes ? layers.Format.Subtract(now[row, c], then[row, c]) : 0);
                var admitted = layers.Gate("gates", states, way);
                return Grid.Like(states, (row, c) => layers.Format.Add(states[row, c], admitted[row, c]));
            });
    }

    /// <summary>The gradient in slot 0 over the number of its targets; prefixes and all other slots as they are.</summary>
    private static ModuleRun LossMeanOf(ShapeCase shape)
    {
        var (tokens, width, prefixes) = (shape.TokenCount + 1, shape.Configuration.Auxiliary.HiddenSize, shape.Configuration.PrefixCount);
        shape = shape with { TokenCount = tokens, Configuration = shape.Configuration with { Auxiliary = shape.Configuration.Auxiliary with { MaximumPositions = tokens + 1 } } };
        var module = new LossMean(shape.Configuration);
        var sequence = new TokenSequence { InputIds = new int[tokens], TrainMask = [.. new RandomNumbers(shape.Seed + 1).Mask(tokens)[..^1], 1] };
        return Of(
            shape,
            module.Tensors(),
            (states, arithmetic) => states with { Tokens = states.Tokens.With(0, module.Run(states.Tokens[0], states, sequence, arithmetic)) },
            (layers, states) =>
            {
                var values = DenseAttention.Linear(layers, "value_attnt", Grid.Like(states, static (_, _) => 0), Itself);
                var shares = DenseAttention.Softmax(
                    layers, "count_attnt", values, (_, j) => j == 0 || sequence.TrainMask[j] == 1, form: new() { IsCausal = false, ScoreScale = 1 });
                var factors = Grid.Like(states, (row, c) => c < width ? states[row, c] : c < 2 * width ? shares[row, c] : 0);
                var product = DenseAttention.Linear(layers, "product_attnt", factors, Itself);
                return Grid.Like(states, (row, c) => row >= prefixes && c < width ? product[row, c] : states[row, c]);
            });

        static double Itself(int i, int j) => i == j ? 1 : 0;
    }

    private static ModuleRun LayerNormForwardOf(ShapeCase shape)
    {
        var memory = MemorySlots.LayerNorm(shape.Configuration);
        var module = new LayerNormForward(shape.Configuration, memory);
        return Of(shape, module.Tensors(), module.Run, (layers, states) => DenseLayerNorm.Forward(layers, states, memory));
    }

    private static ModuleRun LayerNormBackwardOf(ShapeCase shape)
    {
        var memory = MemorySlots.LayerNorm(shape.Configuration);
        var module = new LayerNormBackward(shape.Configuration, memory);
        return Of(shape, module.Tensors(), module.Run, (layers, states) => DenseLayerNorm.Backward(layers, states, memory));
    }

    private static ModuleRun RmsNormForwardOf(ShapeCase shape)
    {
        var memory = MemorySlots.LayerNorm(shape.Configuration);
        var module = new RmsNormForward(shape.Configuration, memory);
        return Of(shape, module.Tensors(), module.Run, (layers, states) => DenseLayerNorm.Forward(layers, states, memory, mirrored: true));
    }

    private static ModuleRun RmsNormBackwardOf(ShapeCase shape)
    {
        var module = new RmsNormBackward(shape.Configuration, MemorySlots.LayerNorm(shape.Configuration));
        var memory = MemorySlots.LayerNorm(shape.Configuration);
        return Of(shape, module.Tensors(), module.Run, (layers, states) => DenseLayerNorm.Backward(layers, states, memory, mirrored: true));
    }

    private static ModuleRun LayerNormDescentOf(ShapeCase shape, bool biasOnly, bool dense)
    {
        var configuration = shape.Configuration with
        {
            LayerNormBiasOnly = biasOnly,
            Departures = Departures.Published with { DenseLayerNormDescent = dense },
        };
        var (module, mask) = (new LayerNormDescent(configuration, MemorySlots.LayerNorm(configuration)), shape.TrainMask());
        return Of(
            shape,
            module.Tensors(),
            (states, arithmetic) => module.Run(states, mask, arithmetic),
            (layers, states) => DenseLinear.Descent(layers, states, mask, "linear.", diagonalOnly: !dense));
    }

    private static ModuleRun AttentionForwardOf(ShapeCase shape, AttentionForm? form)
    {
        var memory = MemorySlots.Attention(shape.Configuration);
        var module = new AttentionForward(shape.Configuration, memory, form);
        var (keys, values, iclMask) = (shape.Prefixes(1), shape.Prefixes(2), shape.IclMask());
        return Of(
            shape,
            module.Tensors(),
            (states, arithmetic) => module.Run(states, keys, values, iclMask, arithmetic),
            (layers, states) => DenseSelfAttention.Forward(
                layers, states, Grid.Of(keys.ToMatrix()), Grid.Of(values.ToMatrix()), iclMask, memory, form));
    }

    private static ModuleRun AttentionBackwardOf(ShapeCase shape, AttentionForm? form)
    {
        var memory = MemorySlots.Attention(shape.Configuration);
        var module = new AttentionBackward(shape.Configuration, memory, form);
        var (mask, iclMask) = (shape.TrainMask(), shape.IclMask());
        return Of(
            shape,
            module.Tensors(),
            (states, arithmetic) => module.Run(states, mask, iclMask, arithmetic),
            (layers, states) => DenseSelfAttention.Backward(layers, states, mask, iclMask, memory, form));
    }

    private static ModuleRun CrossAttentionForwardOf(ShapeCase shape)
    {
        var (memory, form, others) = (MemorySlots.Attention(shape.Configuration), AttentionForms.Any(shape), AttentionForms.Others(shape));
        var module = new CrossAttentionForward(shape.Configuration, memory, form);
        var (keys, values) = (shape.Prefixes(1), shape.Prefixes(2));
        return Of(
            shape,
            module.Tensors(),
            (states, arithmetic) => Below(module.Run(states, others.Tokens, keys, values, arithmetic)),
            (layers, states) => DenseSelfAttention.CrossForward(
                layers, states, Grid.Of(others.ToMatrix()), Grid.Of(keys.ToMatrix()), Grid.Of(values.ToMatrix()), memory, form));
    }

    private static ModuleRun CrossAttentionBackwardOf(ShapeCase shape)
    {
        var (memory, form, others) = (MemorySlots.Attention(shape.Configuration), AttentionForms.Any(shape), AttentionForms.Others(shape));
        var module = new CrossAttentionBackward(shape.Configuration, memory, form);
        return Of(
            shape,
            module.Tensors(),
            (states, arithmetic) =>
            {
                var (asked, answered) = module.Run(states, others.Tokens, arithmetic);
                return Below((asked with { Tokens = answered }, asked.Tokens));
            },
            (layers, states) => DenseSelfAttention.CrossBackward(layers, states, Grid.Of(others.ToMatrix()), memory, form));
    }

    /// <summary>The tokens of both sequences as one, the second's below.</summary>
    private static HiddenStates Below((HiddenStates States, Slots Others) run)
    {
        var (tokens, others) = (run.States.Tokens, run.Others);
        Tracked Full(Slots slots, int slot) => slots[slot] ?? new Tracked(Matrix<double>.Build.Dense(slots.RowCount, slots.Width));
        Tracked Error(Tracked part) => part with { Error = part.Error ?? Matrix<double>.Build.Dense(part.RowCount, part.ColumnCount) };
        return run.States with
        {
            Tokens = new Slots(tokens.RowCount + others.RowCount, tokens.Width, Enumerable.Range(0, tokens.Count).Select(slot =>
                Arithmetic.Stack([Error(Full(tokens, slot)), Error(Full(others, slot))]))),
        };
    }

    private static ModuleRun AttentionDescentOf(ShapeCase shape)
    {
        var module = new AttentionDescent(shape.Configuration, MemorySlots.Attention(shape.Configuration));
        var mask = shape.TrainMask();
        return Of(
            shape,
            module.Tensors(),
            (states, arithmetic) => module.Run(states, mask, arithmetic),
            (layers, states) => DenseLinear.Descent(layers, states, mask, "linear."));
    }

    private static ModuleRun ProductForwardOf(ShapeCase shape)
    {
        var memory = MemorySlots.Product(shape.Configuration);
        var module = new ProductForward(shape.Configuration, memory);
        return Of(shape, module.Tensors(), module.Run, (layers, states) => DenseProduct.Forward(layers, states, memory));
    }

    private static ModuleRun ProductBackwardOf(ShapeCase shape)
    {
        var memory = MemorySlots.Product(shape.Configuration);
        var module = new ProductBackward(shape.Configuration, memory);
        return Of(shape, module.Tensors(), module.Run, (layers, states) => DenseProduct.Backward(layers, states, memory));
    }

    private static ModuleRun ActivationForwardOf(ShapeCase shape)
    {
        var memory = MemorySlots.Activation(shape.Configuration);
        var module = new ActivationForward(shape.Configuration, memory);
        return Of(shape, module.Tensors(), module.Run, (layers, states) => DenseActivation.Forward(layers, states, memory));
    }

    private static ModuleRun ActivationBackwardOf(ShapeCase shape)
    {
        var module = new ActivationBackward(shape.Configuration, MemorySlots.Activation(shape.Configuration));
        return Of(shape, module.Tensors(), module.Run, DenseActivation.Backward);
    }
}
