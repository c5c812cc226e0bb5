using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary>
/// The simulated gradient on a device, in float64: what <see cref="SimulatedTint"/> computes, by the same formulas. Weights are copied to the device
/// once; during a run everything stays there, and results come back at its end, those of a trace one by one. With an observer the host waits for
/// every stage.
/// </summary>
/// <remarks>
/// Sums run in another order than on the host, and the device may fuse a product and a sum into one rounding; rounding bounds hold for both. The
/// bits do not depend on what else the device does: no sum is left to the order in which threads finish.
/// </remarks>
public sealed class DeviceSimulatedTint : TintEngine, IDisposable
{
    private readonly ComputeDevice _device;
    private readonly DeviceArena _arena;
    private readonly DeviceWeights _weights;

    /// <summary>Checks shapes and numbers once and copies the weights to the device.</summary>
    /// <exception cref="RuleViolationException">
    /// The configuration or the weights break a rule, or do not belong together; the configuration has softmax stand for linear attention, or an optimiser that is not plain; or the device's memory does not hold them.
    /// </exception>
    public DeviceSimulatedTint(ComputeDevice device, TintConfiguration configuration, AuxiliaryWeights weights)
        : base(configuration, weights)
    {
        ArgumentNullException.ThrowIfNull(device);
        RequireLinearAttention(configuration);
        RequirePlain(configuration);

        (_device, _arena) = (device, new DeviceArena(device));
        _weights = device.Invoke(() =>
        {
            try
            {
                return new DeviceWeights(_arena, weights, Plan);
            }
            catch
            {
                _arena.Dispose();
                throw;
            }
        });
    }

    /// <summary>Refuses softmax attention alone, which no module of the device knows.</summary>
    internal static void RequireLinearAttention(TintConfiguration configuration)
    {
        if (configuration.UseSoftmax)
        {
            throw new RuleViolationException("the device knows linear attention alone", "UseSoftmax", "use SimulatedTint, or leave UseSoftmax off");
        }
    }

    /// <summary>Refuses an optimiser that no descent or loss of the device knows.</summary>
    internal static void RequirePlain(TintConfiguration configuration)
    {
        if (!configuration.Optimiser.IsPlain)
        {
            throw new RuleViolationException(
                "the device knows plain SGD on the summed loss", $"{configuration.Optimiser}", "use SimulatedTint, or leave the optimiser plain");
        }
    }

    /// <inheritdoc/>
    public override string Name => $"simulation on {_device.Name}";

    /// <summary>Whether results carry <see cref="TintResult.Gradients"/>; each step's come to the host when it ends.</summary>
    public bool RecordGradients { get; init; }

    /// <inheritdoc/>
    internal override TintResult RunChecked(TokenSequence sequence) => _device.Invoke(() =>
    {
        using var arena = new DeviceArena(_device);
        return new DeviceRun(this, new DeviceAlgebra(_device, arena), _weights, sequence).Run();
    });

    /// <summary>Runs the sequences one after another: one alone fills the device.</summary>
    internal override IReadOnlyList<TintResult> RunChecked(IReadOnlyList<TokenSequence> batch) => [.. batch.Select(RunChecked)];

    /// <summary>Gives the weights' memory back to the device.</summary>
    public void Dispose() => _device.Invoke(() =>
    {
        _arena.Dispose();
        return true;
    });
}
