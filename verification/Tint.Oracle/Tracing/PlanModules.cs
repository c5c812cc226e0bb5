using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Cases;
using Tint.Properties.Implementations;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>Which leaves of a plan are modules of the published code, and what goes into these.</summary>
internal static class PlanModules
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
    public static Matrix<double>? ForwardAgain(ITintModules tint, TintConfiguration configuration, Leaf leaf, AuxiliaryLayer layer, Matrix<double> x) => leaf switch
    {
        Linear { OutputParts: 1, InputParts: 1 } => tint.LinearForward(configuration, layer.Linear(leaf.Place), x).Output,
        Norm => tint.LayerNormForward(configuration, layer.Norm(leaf.Place), x).Output,
        Activation => tint.ActivationForward(configuration, x).Output,
        _ => null,
    };

    /// <summary>The same backward.</summary>
    public static Matrix<double>? BackwardAgain(
        ITintModules tint, TintConfiguration configuration, Leaf leaf, AuxiliaryLayer layer, Matrix<double> gradient, LeafMemory memory) => (leaf, memory) switch
        {
            (Linear { OutputParts: 1, InputParts: 1 }, _) => tint.LinearBackward(configuration, layer.Linear(leaf.Place), gradient),
            (Norm, LayerNormMemory own) => tint.LayerNormBackward(configuration, layer.Norm(leaf.Place), gradient, own),
            (Activation, InputMemory own) => tint.ActivationBackward(configuration, gradient, own.Input),
            _ => null,
        };

    /// <summary>The parameters that a descent leaves, by the modules of another implementation; null where these have none for it.</summary>
    public static ParameterGroup? DescentAgain(
        ITintModules tint, TintConfiguration configuration, Leaf leaf, AuxiliaryLayer layer, Matrix<double> gradient, LeafMemory memory, IReadOnlyList<double> trainMask) => (leaf, memory) switch
        {
            (Linear { OutputParts: 1, InputParts: 1, HasBias: true }, InputMemory own) => tint.LinearDescent(configuration, layer.Linear(leaf.Place), gradient, own.Input, trainMask),
            (Norm { IsAffine: true, HasBias: true }, LayerNormMemory own) => tint.LayerNormDescent(configuration, layer.Norm(leaf.Place), gradient, own, trainMask),
            _ => null,
        };

    /// <summary>The other normalisations of a block, of the same shape.</summary>
    public static IEnumerable<(string Name, LayerNormParameters Norm)> OtherNorms(BlockPlan plan, AuxiliaryLayer layer, Leaf own) => plan.Leaves
        .Where(leaf => leaf.GetType() == own.GetType() && leaf.Place != own.Place)
        .Select(leaf => (leaf.Place.Name, layer.Norm(leaf.Place)));
}
