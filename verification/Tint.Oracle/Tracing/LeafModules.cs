using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Cases;
using Tint.Properties.Implementations;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>Which leaves of a plan are modules of the published code, and what goes into these.</summary>
internal static class LeafModules
{
    /// <summary>The name of a leaf's modules without "Forward" or "Backward".</summary>
    public static string Of(Leaf leaf) => leaf switch
    {
        Linear => "Linear",
        Norm => "LayerNorm",
        RmsNorm => "RmsNorm",
        Activation => "Activation",
        Attention { ReadsEncoder: true } => "CrossAttention",
        Attention => "Attention",
        _ => leaf.GetType().Name,
    };

    /// <summary>Whether attention is that of the published code, but for biases.</summary>
    public static bool IsPublished(Attention attention) => !attention.ReadsEncoder && attention.Form == AttentionForm.Published;

    /// <summary>What goes into a forward module of the published code that computes a leaf; null where none does, or the layer is wider than the model.</summary>
    public static ModuleInput? ForwardInput(Leaf leaf, AuxiliaryLayer layer, Matrix<double> x) => leaf switch
    {
        Linear { OutputParts: 1, InputParts: 1 } => new ModuleInput { Module = "LinearForward", Signal = x, Linear = layer.Linear(leaf.Place) },
        Activation => new ModuleInput { Module = "ActivationForward", Signal = x },
        Norm { IsAffine: true } => new ModuleInput { Module = "LayerNormForward", Signal = x, Norm = layer.Norm(leaf.Place) },
        Attention attention when IsPublished(attention) => new ModuleInput
        {
            Module = "AttentionForward",
            Signal = x,
            Linear = layer.Linear(attention.Query.Place),
            Key = layer.Linear(attention.Key.Place),
            Value = layer.Linear(attention.Value.Place),
        },
        _ => null,
    };

    /// <summary>A leaf by the modules of another implementation; null where these have none for it.</summary>
    public static (Matrix<double> Output, LeafMemory Memory)? Forward(
        ITintModules tint, TintConfiguration configuration, Leaf leaf, AuxiliaryLayer layer, Matrix<double> x, Matrix<double>? iclMask)
    {
        switch (leaf)
        {
            case Linear { OutputParts: 1, InputParts: 1 }:
                return Kept(tint.LinearForward(configuration, layer.Linear(leaf.Place), x));
            case Activation:
                return Kept(tint.ActivationForward(configuration, x));
            case Norm:
                {
                    var (output, memory) = tint.LayerNormForward(configuration, layer.Norm(leaf.Place), x);
                    return (output, memory);
                }

            case Attention attention when IsPublished(attention):
                {
                    var (output, memory) = tint.AttentionForward(
                        configuration, layer.Linear(attention.Query.Place), layer.Linear(attention.Key.Place), layer.Linear(attention.Value.Place), x, iclMask);
                    return (output, memory);
                }

            default:
                return null;
        }

        static (Matrix<double>, LeafMemory) Kept((Matrix<double> Output, Matrix<double> Memory) made) => (made.Output, new InputMemory(made.Memory));
    }

    /// <summary>The same backward.</summary>
    public static Matrix<double>? Backward(
        ITintModules tint, TintConfiguration configuration, Leaf leaf, AuxiliaryLayer layer, Matrix<double> gradient, LeafMemory memory) => (leaf, memory) switch
        {
            (Linear { OutputParts: 1, InputParts: 1 }, _) => tint.LinearBackward(configuration, layer.Linear(leaf.Place), gradient),
            (Norm, LayerNormMemory own) => tint.LayerNormBackward(configuration, layer.Norm(leaf.Place), gradient, own),
            (Activation, InputMemory own) => tint.ActivationBackward(configuration, gradient, own.Input),
            _ => null,
        };

    /// <summary>The parameters that a descent leaves, by the modules of another implementation; null where these have none for it.</summary>
    public static ParameterGroup? Descent(
        ITintModules tint, TintConfiguration configuration, Leaf leaf, AuxiliaryLayer layer, Matrix<double> gradient, LeafMemory memory, IReadOnlyList<double> trainMask) => (leaf, memory) switch
        {
            (Linear { OutputParts: 1, InputParts: 1, HasBias: true }, InputMemory own) => tint.LinearDescent(configuration, layer.Linear(leaf.Place), gradient, own.Input, trainMask),
            (Norm { IsAffine: true, HasBias: true }, LayerNormMemory own) => tint.LayerNormDescent(configuration, layer.Norm(leaf.Place), gradient, own, trainMask),
            _ => null,
        };

    /// <summary>What goes into a backward module of the published code that computes a leaf; null where none does.</summary>
    public static ModuleInput? BackwardInput(Leaf leaf, AuxiliaryLayer own, Matrix<double> gradient, LeafMemory kept) => (leaf, kept) switch
    {
        (Linear { OutputParts: 1, InputParts: 1 } linear, _) when linear.Outputs == linear.Inputs => new ModuleInput { Module = "LinearBackward", Signal = gradient, Linear = own.Linear(leaf.Place) },
        (Activation, InputMemory input) => new ModuleInput { Module = "ActivationBackward", Signal = gradient, Memory = [input.Input] },
        (Norm { IsAffine: true }, LayerNormMemory norm) => new ModuleInput
        {
            Module = "LayerNormBackward",
            Signal = gradient,
            Norm = own.Norm(leaf.Place),
            Memory = [norm.Normalized, norm.Input],
        },
        _ => null,
    };

    /// <summary>What goes into a descent of the published code; null where none moves the leaf.</summary>
    public static ModuleInput? DescentInput(Leaf leaf, AuxiliaryLayer own, Matrix<double> gradient, LeafMemory kept, TokenSequence sequence) => (leaf, kept) switch
    {
        (Linear { OutputParts: 1, InputParts: 1, HasBias: true } linear, InputMemory input) when linear.Outputs == linear.Inputs && gradient.RowCount == sequence.Length => new ModuleInput
        {
            Module = "LinearDescent",
            Signal = gradient,
            Linear = own.Linear(leaf.Place),
            Memory = [input.Input],
            TrainMask = sequence.TrainMask,
        },
        (Norm { IsAffine: true, HasBias: true }, LayerNormMemory norm) => new ModuleInput
        {
            Module = "LayerNormDescent",
            Signal = gradient,
            Norm = own.Norm(leaf.Place),
            Memory = [norm.Normalized, norm.Input],
            TrainMask = sequence.TrainMask,
        },
        _ => null,
    };
}
