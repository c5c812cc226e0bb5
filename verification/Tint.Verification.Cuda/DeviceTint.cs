using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Device;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Verification.Cuda;

/// <summary>The device's modules and whole models, each call with its own copies there and back, so that the laws can be put to them. Softmax attention alone and optimisers are refused.</summary>
/// <param name="device">Where to compute; it stays the caller's.</param>
/// <param name="name">What reports call it.</param>
public sealed class DeviceTint(ComputeDevice device, string name = DeviceTint.OnGpu) : ITint
{
    /// <summary>The usual name, of one that computes on a GPU.</summary>
    public const string OnGpu = "device-simulation";

    /// <summary>The usual name where the processor poses as a device.</summary>
    public const string OnHost = "device-simulation-on-host";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool RunsFamilies => true;

    /// <inheritdoc/>
    public (Matrix<double> Output, Matrix<double> Memory) LinearForward(TintConfiguration configuration, LinearParameters layer, Matrix<double> x) =>
        OnDevice(configuration, work => Pair(DeviceLinear.Forward(work.Algebra, configuration, work.Up(layer), work.Up(x))));

    /// <inheritdoc/>
    public Matrix<double> LinearBackward(TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient) =>
        OnDevice(configuration, work => Down(DeviceLinear.Backward(work.Algebra, configuration, work.Up(layer.Weight), work.Up(gradient))));

    /// <inheritdoc/>
    public LinearParameters LinearDescent(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, IReadOnlyList<double> trainMask) =>
        OnDevice(configuration, work => DeviceLinear.Descent(
            work.Algebra, configuration, work.Up(layer), work.Up(gradient), work.Up(memory), work.Tokens(trainMask), biasCopies: 1).Updated.Download());

    /// <inheritdoc/>
    public (Matrix<double> Output, LayerNormMemory Memory) LayerNormForward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x) =>
        OnDevice(configuration, work =>
        {
            var (output, memory) = DeviceLayerNorm.Forward(work.Algebra, configuration, work.Up(layer), work.Up(x));
            return (Down(output), new LayerNormMemory(Down(memory.Normalized), Down(memory.Input)));
        });

    /// <inheritdoc/>
    public Matrix<double> LayerNormBackward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        OnDevice(configuration, work => Down(DeviceLayerNorm.Backward(work.Algebra, configuration, work.Up(layer), work.Up(gradient), work.Up(memory))));

    /// <inheritdoc/>
    public LayerNormParameters LayerNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask) =>
        OnDevice(configuration, work => DeviceLayerNorm.Descent(
            work.Algebra, configuration, work.Up(layer), work.Up(gradient), work.Up(memory), work.Tokens(trainMask)).Updated.Download());

    /// <inheritdoc/>
    public (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask) =>
        OnDevice(configuration, work =>
        {
            var tokens = work.Tokens([.. new double[x.RowCount]], iclMask);
            var (output, memory) = DeviceAttention.Forward(work.Algebra, configuration, work.Up(query), work.Up(key), work.Up(value), work.Up(x), tokens);
            return (Down(output), new AttentionMemory(Down(memory.Query), Down(memory.Key), Down(memory.Input)));
        });

    /// <inheritdoc/>
    public Matrix<double> AttentionBackward(
        TintConfiguration configuration,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) =>
        OnDevice(configuration, work => Down(DeviceAttention.Backward(
            work.Algebra, configuration, work.Up(gradient), work.Up(memory), work.Tokens(trainMask, iclMask))));

    /// <inheritdoc/>
    public (Matrix<double> InputGradient, LinearParameters Updated) AttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) =>
        OnDevice(configuration, work =>
        {
            var (inputGradient, updated, _) = DeviceAttention.BackwardDescent(
                work.Algebra, configuration, work.Up(value), work.Up(gradient), work.Up(memory), work.Tokens(trainMask, iclMask));
            return (Down(inputGradient), updated.Download());
        });

    /// <inheritdoc/>
    public (Matrix<double> Query, Matrix<double> Key) AttentionScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, AttentionMemory memory, Matrix<double>? iclMask) =>
        OnDevice(configuration, work =>
        {
            ArgumentNullException.ThrowIfNull(gradient);
            var tokens = work.Tokens([.. new double[gradient.RowCount]], iclMask);
            return Pair(DeviceAttention.ScoreBackward(
                work.Algebra, configuration, work.Up(value), work.Up(gradient), work.Up(memory), tokens, tokens.IclMask));
        });

    /// <inheritdoc/>
    public (Matrix<double> Output, Matrix<double> Memory) ActivationForward(TintConfiguration configuration, Matrix<double> z) =>
        OnDevice(configuration, work => Pair(DeviceActivations.Forward(work.Algebra, configuration, work.Up(z))));

    /// <inheritdoc/>
    public Matrix<double> ActivationBackward(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory) =>
        OnDevice(configuration, work => Down(DeviceActivations.Backward(work.Algebra, configuration, work.Up(gradient), work.Up(memory))));

    /// <inheritdoc/>
    public Matrix<double> LossGradient(TintConfiguration configuration, Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence) =>
        OnDevice(configuration, work =>
        {
            var embedding = work.Up(tokenEmbedding);
            var logits = work.Algebra.ProductWithTransposed(work.Up(y), embedding);
            return Down(DeviceLoss.FromLogits(work.Algebra, configuration, embedding, logits, new DeviceTokens(work.Algebra.Arena, sequence)));
        });

    /// <inheritdoc/>
    public TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
    {
        using var tint = new DeviceSimulatedTint(device, configuration, weights);
        var result = tint.Run(batch);
        return new TintOutcome(
            [.. result.Sequences.Select(sequence => new TintOutcome.OfSequence(
                sequence.OriginalLogits, sequence.Logits, sequence.UpdatedWeights))],
            result.OriginalLoss,
            result.FinalLoss);
    }

    private static Matrix<double> Down(DeviceMatrix matrix) => DeviceArena.Download(matrix);

    private static (Matrix<double> First, Matrix<double> Second) Pair((DeviceMatrix First, DeviceMatrix Second) pair) => (Down(pair.First), Down(pair.Second));

    private TResult OnDevice<TResult>(TintConfiguration configuration, Func<Work, TResult> run)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        DeviceSimulatedTint.RequireLinearAttention(configuration);
        return device.Invoke(() =>
        {
            using var arena = new DeviceArena(device);
            return run(new Work(new DeviceAlgebra(device, arena)));
        });
    }

    /// <summary>Copies to the device.</summary>
    private sealed record Work(DeviceAlgebra Algebra)
    {
        public DeviceMatrix Up(Matrix<double> matrix) => Algebra.Arena.Upload(matrix);

        public DeviceLinearLayer Up(LinearParameters layer) => DeviceLinearLayer.Upload(Algebra.Arena, layer);

        public DeviceNormLayer Up(LayerNormParameters layer) => DeviceNormLayer.Upload(Algebra.Arena, layer);

        public DeviceNormMemory Up(LayerNormMemory memory) => new(Up(memory.Normalized), Up(memory.Input));

        public DeviceAttentionMemory Up(AttentionMemory memory) => new(Up(memory.Query), Up(memory.Key), Up(memory.Input));

        public DeviceTokens Tokens(IReadOnlyList<double> trainMask, Matrix<double>? iclMask = null) => new(
            Algebra.Arena, new TokenSequence { InputIds = new int[trainMask.Count], TrainMask = trainMask, IclMask = iclMask });
    }
}
