using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>A TinT in which some operation of other architectures is not as it should be: each fault is a wrong function that may call the correct modules.</summary>
internal sealed class FaultyOperations(ITintModules modules) : MutantTint(modules)
{
    public Func<ITintModules, TintConfiguration, LayerNormParameters, Matrix<double>, (Matrix<double> Output, LayerNormMemory Memory)>? RmsForward { get; init; }

    public Func<ITintModules, TintConfiguration, LayerNormParameters, Matrix<double>, LayerNormMemory, Matrix<double>>? RmsBackward { get; init; }

    public Func<ITintModules, ProductMemory, ProductMemory>? ProductMemoryRead { get; init; }

    public Func<Matrix<double>, Matrix<double>, Matrix<double>>? ProductOutput { get; init; }

    public Func<LinearParameters, Matrix<double>, Matrix<double>>? LinearOutput { get; init; }

    public Func<LinearParameters, LinearParameters, LinearParameters>? LinearUpdated { get; init; }

    public Func<TintConfiguration, AttentionForm, AttentionForm>? Form { get; init; }

    public Func<TintConfiguration, AttentionForm, AttentionForm>? FormBack { get; init; }

    public Func<TintConfiguration, AttentionForm, Matrix<double>, Matrix<double>>? QueryHeads { get; init; }

    public Func<TintConfiguration, AttentionForm, Matrix<double>, Matrix<double>>? FormGradient { get; init; }

    public Func<Matrix<double>, Matrix<double>>? Other { get; init; }

    public Func<ITintModules, TintConfiguration, LinearParameters, Matrix<double>, CrossAttentionMemory, (Matrix<double> OtherGradient, LinearParameters Updated)>? CrossBack { get; init; }

    /// <inheritdoc/>
    public override (Matrix<double> Output, LayerNormMemory Memory) RmsNormForward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x) =>
        RmsForward?.Invoke(Modules, configuration, layer, x) ?? base.RmsNormForward(configuration, layer, x);

    /// <inheritdoc/>
    public override Matrix<double> RmsNormBackward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        RmsBackward?.Invoke(Modules, configuration, layer, gradient, memory) ?? base.RmsNormBackward(configuration, layer, gradient, memory);

    /// <inheritdoc/>
    public override (Matrix<double> Output, ProductMemory Memory) ProductForward(TintConfiguration configuration, Matrix<double> left, Matrix<double> right)
    {
        var (output, memory) = base.ProductForward(configuration, left, right);
        return (ProductOutput?.Invoke(output, left) ?? output, memory);
    }

    /// <inheritdoc/>
    public override (Matrix<double> Left, Matrix<double> Right) ProductBackward(TintConfiguration configuration, Matrix<double> gradient, ProductMemory memory) =>
        base.ProductBackward(configuration, gradient, ProductMemoryRead?.Invoke(Modules, memory) ?? memory);

    /// <inheritdoc/>
    public override (Matrix<double> Output, Matrix<double> Memory) LinearForward(TintConfiguration configuration, LinearParameters layer, Matrix<double> x)
    {
        var (output, memory) = base.LinearForward(configuration, layer, x);
        return (LinearOutput?.Invoke(layer, output) ?? output, memory);
    }

    /// <inheritdoc/>
    public override LinearParameters LinearDescent(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, IReadOnlyList<double> trainMask)
    {
        var updated = base.LinearDescent(configuration, layer, gradient, memory, trainMask);
        return LinearUpdated?.Invoke(layer, updated) ?? updated;
    }

    /// <inheritdoc/>
    public override (Matrix<double> Output, AttentionMemory Memory) FormedAttentionForward(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask)
    {
        var turned = QueryHeads is null ? query : new LinearParameters(
            QueryHeads(configuration, form, query.Weight), QueryHeads(configuration, form, query.Bias.ToColumnMatrix()).Column(0));
        return base.FormedAttentionForward(configuration, Form?.Invoke(configuration, form) ?? form, turned, key, value, x, iclMask);
    }

    /// <inheritdoc/>
    public override (Matrix<double> InputGradient, LinearParameters Updated) FormedAttentionBackwardDescent(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) => base.FormedAttentionBackwardDescent(
            configuration, (FormBack ?? Form)?.Invoke(configuration, form) ?? form, value, FormGradient?.Invoke(configuration, form, gradient) ?? gradient, memory, trainMask, iclMask);

    /// <inheritdoc/>
    public override (Matrix<double> Output, CrossAttentionMemory Memory) CrossAttentionForward(
        TintConfiguration configuration, LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double> other)
    {
        var (output, memory) = base.CrossAttentionForward(configuration, query, key, value, x, other);
        return (Other is null ? output : base.CrossAttentionForward(configuration, query, key, value, x, Other(other)).Output, memory);
    }

    /// <inheritdoc/>
    public override (Matrix<double> OtherGradient, LinearParameters Updated) CrossAttentionBackwardDescent(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory) =>
        CrossBack?.Invoke(Modules, configuration, value, gradient, memory) ?? base.CrossAttentionBackwardDescent(configuration, value, gradient, memory);
}
