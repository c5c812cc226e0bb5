using Tint.Reference.Auxiliary;

namespace Tint.Reference.Cuda.Device;

/// <summary>A normalisation layer y = Γ x̂ + β on a device.</summary>
/// <param name="Weight">γ, [D_aux × 1]; the diagonal of Γ where that is dense.</param>
/// <param name="Bias">β, [D_aux × 1].</param>
/// <param name="Dense">Γ, [D_aux × D_aux], or null while it is diagonal.</param>
internal sealed record DeviceNormLayer(DeviceMatrix Weight, DeviceMatrix Bias, DeviceMatrix? Dense) : IDisposable
{
    /// <summary>A copy on the device.</summary>
    public static DeviceNormLayer Upload(DeviceArena arena, LayerNormParameters layer) =>
        new(arena.Upload(layer.Weight), arena.Upload(layer.Bias), layer.Dense is { } dense ? arena.Upload(dense) : null);

    /// <summary>A copy on the host.</summary>
    public LayerNormParameters Download() => new(DeviceArena.DownloadVector(Weight), DeviceArena.DownloadVector(Bias))
    {
        Dense = Dense is null ? null : DeviceArena.Download(Dense),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
        Dense?.Dispose();
    }
}
