using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary>
/// The simulated gradient on a device, in float64: what <see cref="SimulatedTint"/> computes, by the same formulas. Weights are copied to the device
/// once; during a run everything stays there, and results come back at its end.
/// </summary>
/// <remarks>
/// Sums run in another order than on the host, and the device may fuse a product and a sum into one rounding; rounding bounds hold for both. The
/// bits do not depend on what else the device does: no sum is left to the order in which threads finish.
/// </remarks>
public sealed class DeviceSimulatedTint : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly TintConfiguration _configuration;
    private readonly DeviceArena _arena;
    private readonly DeviceWeights _weights;

    /// <summary>Checks shapes and numbers once and copies the weights to the device.</summary>
    /// <exception cref="RuleViolationException">
    /// The configuration or the weights break a rule, or do not belong together; or the device's memory does not hold them.
    /// </exception>
    public DeviceSimulatedTint(ComputeDevice device, TintConfiguration configuration, AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(device);
        SimulatedTint.Check(configuration, weights);
        (_device, _configuration, _arena) = (device, configuration, new DeviceArena(device));
        _weights = device.Invoke(() =>
        {
            try
            {
                return new DeviceWeights(_arena, weights);
            }
            catch
            {
                _arena.Dispose();
                throw;
            }
        });
    }

    /// <summary>Whether results carry <see cref="SimulatedResult.Gradients"/>; each step's come to the host when it ends.</summary>
    public bool RecordGradients { get; init; }

    /// <summary>Whether results carry <see cref="SimulatedResult.States"/>, which come to the host one by one.</summary>
    public bool RecordStates { get; init; }

    /// <summary>Called when the device has done a stage of a run. With an observer the host waits for every stage.</summary>
    public Action<PassStage>? Observer { get; init; }

    /// <summary>Trains on one sequence and predicts it.</summary>
    /// <exception cref="RuleViolationException">
    /// The sequence breaks a rule, the run leaves the finite numbers, or the device's memory does not hold it.
    /// </exception>
    public SimulatedResult Run(TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        sequence.Check(_configuration.Auxiliary);
        return _device.Invoke(() =>
        {
            using var arena = new DeviceArena(_device);
            return new DeviceRun(
                new DeviceAlgebra(_device, arena), _configuration, _weights, sequence, RecordGradients, RecordStates, Observer).Run();
        });
    }

    /// <summary>Trains on and predicts every sequence on its own, one after another, and averages the losses over the whole batch.</summary>
    /// <exception cref="RuleViolationException">A sequence breaks a rule, or its run leaves the finite numbers.</exception>
    public SimulatedBatch Run(IReadOnlyList<TokenSequence> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return SimulatedBatch.Of([.. sequences.Select(Run)]);
    }

    /// <summary>Gives the weights' memory back to the device.</summary>
    public void Dispose() => _device.Invoke(() =>
    {
        _arena.Dispose();
        return true;
    });
}
