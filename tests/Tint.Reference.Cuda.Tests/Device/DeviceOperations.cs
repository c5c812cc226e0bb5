using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Device;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>The operations of other architectures on a device beside their closed forms on the host, for one random case.</summary>
internal sealed class DeviceOperations(ComputeDevice device, LawCase item)
{
    private readonly TintConfiguration _c = item.Configuration;
    private readonly Random _random = new(7);

    /// <summary>Forms of attention that a model with some heads admits: shared keys, rotations of both kinds, slopes, buckets, both directions.</summary>
    public static IEnumerable<AttentionForm> Forms(AuxiliaryConfiguration auxiliary)
    {
        var (heads, even) = (auxiliary.HeadCount, auxiliary.HeadSize / 2 * 2);
        var buckets = new RelativeBuckets { Count = 4, MaximumDistance = 6, IsBidirectional = false };
        yield return new AttentionForm { KeyValueHeadCount = 1, Rotation = new Rotation { Dimensions = even } };
        yield return new AttentionForm { Rotation = new Rotation { Dimensions = Math.Min(2, even), IsInterleaved = true, Base = 50 }, IsCausal = false };
        yield return new AttentionForm
        {
            Slopes = LinearBias.Slopes(heads),
            Relative = new RelativeBias { Buckets = buckets, Table = Matrix<double>.Build.Dense(4, heads, (row, head) => 0.25 * (row - head)) },
            ScoreScale = 0.5,
        };
    }

    /// <summary>Name by name what the host and the device compute.</summary>
    public IReadOnlyList<(string Name, Matrix<double> Host, Matrix<double> Device)> Run()
    {
        using var arena = new DeviceArena(device);
        var algebra = new DeviceAlgebra(device, arena);
        return
        [
            .. Norm(algebra), .. Central(algebra), .. Product(algebra), .. Forms(_c.Auxiliary).SelectMany((form, index) => Attention(algebra, form, $"form {index}")),
            .. Forms(_c.Auxiliary).SelectMany((form, index) => Across(algebra, form, $"across, form {index}")),
        ];
    }

    private IEnumerable<(string Name, Matrix<double> Host, Matrix<double> Device)> Norm(DeviceAlgebra algebra)
    {
        var (arena, norm) = (algebra.Arena, item.Layer.AttentionNorm);
        var layer = new LayerNormParameters(norm.Weight, Vector<double>.Build.Dense(norm.Weight.Count));
        var (x, g) = (item.Signal, item.Gradient);
        var (output, memory) = SimulatedRmsNorm.Forward(_c, layer, x);
        var onDevice = DeviceNormLayer.Upload(arena, layer);
        var (result, kept) = DeviceRmsNorm.Forward(algebra, _c, onDevice, arena.Upload(x));
        var (updated, _) = SimulatedRmsNorm.Descent(_c, layer, g, memory, item.Sequence.TrainMask);
        var (descended, _) = DeviceRmsNorm.Descent(algebra, _c, onDevice, arena.Upload(g), kept, new DeviceTokens(arena, item.Sequence));
        return
        [
            ("norm", output, DeviceArena.Download(result)),
            ("norm, memory", memory.Normalized, DeviceArena.Download(kept.Normalized)),
            ("norm, gradient", SimulatedRmsNorm.Backward(_c, layer, g, memory), DeviceArena.Download(
                DeviceRmsNorm.Backward(algebra, _c, onDevice, arena.Upload(g), kept))),
            ("norm, γ", updated.Weight.ToColumnMatrix(), DeviceArena.Download(descended.Weight)),
            ("norm, β", updated.Bias.ToColumnMatrix(), DeviceArena.Download(descended.Bias)),
        ];
    }

    /// <summary>Differences that look at both sides of a point.</summary>
    private IEnumerable<(string Name, Matrix<double> Host, Matrix<double> Device)> Central(DeviceAlgebra algebra)
    {
        var (arena, norm, c, g) = (algebra.Arena, item.Layer.AttentionNorm, _c with { Stencil = Stencil.Central }, item.Gradient);
        var memory = new LayerNormMemory(item.Memory[0], item.Memory[1]);
        var kept = new DeviceNormMemory(arena.Upload(memory.Normalized), arena.Upload(memory.Input));
        var layer = DeviceNormLayer.Upload(arena, norm);
        yield return (
            "central, LayerNorm",
            SimulatedLayerNorm.Backward(c, norm, g, memory),
            DeviceArena.Download(DeviceLayerNorm.Backward(algebra, c, layer, arena.Upload(g), kept)));
        yield return (
            "central, RMSNorm",
            SimulatedRmsNorm.Backward(c, norm with { Bias = Vector<double>.Build.Dense(norm.Bias.Count) }, g, memory),
            DeviceArena.Download(DeviceRmsNorm.Backward(algebra, c, layer, arena.Upload(g), kept)));
        yield return (
            "central, activation",
            SimulatedActivation.Backward(c, g, memory.Input),
            DeviceArena.Download(DeviceActivations.Backward(algebra, c, arena.Upload(g), arena.Upload(memory.Input))));
    }

    private IEnumerable<(string Name, Matrix<double> Host, Matrix<double> Device)> Product(DeviceAlgebra algebra)
    {
        var (arena, a, b, g) = (algebra.Arena, item.Memory[0], item.Memory[1], item.Gradient);
        var (output, memory) = SimulatedProduct.Forward(_c, a, b);
        var (atLeft, atRight) = SimulatedProduct.Backward(_c, g, memory);
        var (result, kept) = DeviceProduct.Forward(algebra, _c, arena.Upload(a), arena.Upload(b));
        var gradients = DeviceProduct.Backward(algebra, _c, arena.Upload(g), kept);
        return
        [
            ("product", output, DeviceArena.Download(result)),
            ("product, left", atLeft, DeviceArena.Download(gradients.Left)),
            ("product, right", atRight, DeviceArena.Download(gradients.Right)),
        ];
    }

    private IEnumerable<(string Name, Matrix<double> Host, Matrix<double> Device)> Attention(DeviceAlgebra algebra, AttentionForm form, string name)
    {
        // A gradient that skips attention cannot reach shared values.
        var c = _c with { BackpropagateThroughAttention = true };
        var (arena, tokens, sequence) = (algebra.Arena, new DeviceTokens(algebra.Arena, item.Sequence), item.Sequence);
        var (query, key, value) = Layers(form);
        var (output, memory) = SimulatedAttention.Forward(c, query, key, value, item.Signal, sequence.IclMask, form);
        var (result, kept) = DeviceAttention.Forward(
            algebra, c, Upload(arena, query), Upload(arena, key), Upload(arena, value), arena.Upload(item.Signal), tokens, form);
        var (input, updated, _) = SimulatedAttention.BackwardDescent(
            c, value, item.Gradient, memory, sequence.TrainMask, sequence.IclMask, form);
        var (gradient, descended, _) = DeviceAttention.BackwardDescent(
            algebra, c, Upload(arena, value), arena.Upload(item.Gradient), kept, tokens, form);
        return
        [
            (name, output, DeviceArena.Download(result)),
            ($"{name}, keys", memory.Key, DeviceArena.Download(kept.Key)),
            ($"{name}, gradient", input, DeviceArena.Download(gradient)),
            ($"{name}, W_V", updated.Weight, DeviceArena.Download(descended.Weight)),
        ];
    }

    private IEnumerable<(string Name, Matrix<double> Host, Matrix<double> Device)> Across(DeviceAlgebra algebra, AttentionForm form, string name)
    {
        var (arena, count) = (algebra.Arena, item.Signal.RowCount + 2);
        var others = new DeviceTokens(arena, new TokenSequence { InputIds = new int[count], TrainMask = [.. Enumerable.Repeat(1.0, count)] });
        var other = Drawn(count, item.Signal.ColumnCount, 1);
        var (query, key, value) = Layers(form);
        var (output, memory) = SimulatedCrossAttention.Forward(_c, query, key, value, item.Signal, other, form);
        var (result, kept) = DeviceCrossAttention.Forward(
            algebra,
            _c,
            Upload(arena, query),
            Upload(arena, key),
            Upload(arena, value),
            arena.Upload(item.Signal),
            arena.Upload(other),
            others,
            form);
        var (input, updated, _) = SimulatedCrossAttention.BackwardDescent(_c, value, item.Gradient, memory, form);
        var (gradient, descended, _) = DeviceCrossAttention.BackwardDescent(
            algebra, _c, Upload(arena, value), arena.Upload(item.Gradient), kept, others, form);
        return
        [
            (name, output, DeviceArena.Download(result)),
            ($"{name}, gradient", input, DeviceArena.Download(gradient)),
            ($"{name}, W_V", updated.Weight, DeviceArena.Download(descended.Weight)),
        ];
    }

    private (LinearParameters Query, LinearParameters Key, LinearParameters Value) Layers(AttentionForm form)
    {
        var (width, rows) = (_c.Auxiliary.HiddenSize, (form.KeyValueHeadCount ?? _c.Auxiliary.HeadCount) * _c.Auxiliary.HeadSize);
        LinearParameters Linear(int outputs) => new(
            Drawn(outputs, width, 1 / Math.Sqrt(width)), Drawn(outputs, 1, 0.5).Column(0));
        return (Linear(width), Linear(rows), Linear(rows));
    }

    private Matrix<double> Drawn(int rows, int columns, double size) =>
        Matrix<double>.Build.Dense(rows, columns, (_, _) => size * ((2 * _random.NextDouble()) - 1));

    private static DeviceLinearLayer Upload(DeviceArena arena, LinearParameters layer) => new(arena.Upload(layer.Weight), arena.Upload(layer.Bias));
}
