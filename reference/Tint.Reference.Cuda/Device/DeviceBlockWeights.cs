using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Cuda.Device;

/// <summary>The weights by place of one transformer block, or of nodes outside of blocks, or the gradients of those that are trained, on a device.</summary>
/// <param name="Plan">The nodes.</param>
/// <param name="Layers">A <see cref="DeviceLinearLayer"/> or <see cref="DeviceNormLayer"/> a place.</param>
internal sealed record DeviceBlockWeights(BlockPlan Plan, Placed<IDisposable> Layers)
{
    /// <summary>A linear layer.</summary>
    public DeviceLinearLayer Linear(Place place) => (DeviceLinearLayer)Layers[place];

    /// <summary>A normalisation.</summary>
    public DeviceNormLayer Norm(Place place) => (DeviceNormLayer)Layers[place];

    /// <summary>A copy on the device.</summary>
    public static DeviceBlockWeights Upload(DeviceArena arena, BlockPlan plan, AuxiliaryLayer layer) => new(
        plan, new(plan.Parameters.Select(leaf => (leaf.Place, 0, Upload(arena, layer.Parameters[leaf.Place])))));

    /// <summary>A copy on the host of all that is not of <paramref name="initial"/> any more; the rest is <paramref name="host"/>'s.</summary>
    public AuxiliaryLayer Download(AuxiliaryLayer host, DeviceBlockWeights? initial = null) => Own(initial).Aggregate(
        host, (layer, own) => layer.With(own.Place, own.Value is DeviceLinearLayer linear ? linear.Download() : Norm(own.Place).Download()));

    private static IDisposable Upload(DeviceArena arena, ParameterGroup group) => group switch
    {
        LinearParameters linear => DeviceLinearLayer.Upload(arena, linear),
        LayerNormParameters norm => DeviceNormLayer.Upload(arena, norm),
        _ => throw group.Unknown(),
    };

    /// <summary>The block with another layer at a place.</summary>
    public DeviceBlockWeights With(Place place, IDisposable layer) => this with { Layers = Layers.With(place, 0, layer) };

    /// <summary>Gives back all that is not of <paramref name="initial"/> any more; the rest lives on.</summary>
    public void Release(DeviceBlockWeights? initial = null)
    {
        foreach (var own in Own(initial))
        {
            own.Value.Dispose();
        }
    }

    private IEnumerable<(Place Place, int Chunk, IDisposable Value)> Own(DeviceBlockWeights? initial) =>
        Layers.Items.Where(item => initial is null || item.Value != initial.Layers[item.Place]);
}
