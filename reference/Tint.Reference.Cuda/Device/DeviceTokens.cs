using ILGPU;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary>A sequence's tokens and masks on a device.</summary>
internal sealed class DeviceTokens
{
    private readonly TrainedTokens _trained;
    private readonly ArrayView<int> _rows;

    /// <summary>Copies what a run reads.</summary>
    /// <param name="arena">Where it lies.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="departures">Whether descents see the train mask; null for the published ones.</param>
    public DeviceTokens(DeviceArena arena, TokenSequence sequence, Departures? departures = null)
    {
        var mask = sequence.InDescents(departures ?? Departures.Published).TrainMask;
        _trained = new TrainedTokens(mask, sequence.Length);
        Sequence = sequence;
        Ids = arena.Upload([.. sequence.InputIds]);
        Trained = arena.Upload([.. mask.Select(m => (int)m)]);
        IclMask = sequence.IclMask is { } pairs ? arena.Upload(pairs) : null;
        if (!_trained.None)
        {
            _rows = arena.Upload([.. _trained.Rows]);
        }
    }

    /// <summary>The sequence on the host.</summary>
    public TokenSequence Sequence { get; }

    /// <summary>The token ids, [T].</summary>
    public ArrayView<int> Ids { get; }

    /// <summary>m, [T].</summary>
    public ArrayView<int> Trained { get; }

    /// <summary>The pairs that may attend, [T × T], or null for all.</summary>
    public DeviceMatrix? IclMask { get; }

    /// <summary>True where no token is trained on.</summary>
    public bool None => _trained.None;

    /// <summary>The trained rows of a matrix [T × D], in order, as a new matrix.</summary>
    public DeviceMatrix Select(DeviceAlgebra algebra, DeviceMatrix matrix) => algebra.Rows(matrix, _rows);
}
