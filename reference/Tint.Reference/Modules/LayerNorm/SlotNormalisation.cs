using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.LayerNorm;

/// <summary>
/// TinT's normalisation layer S on the signal, slot 0: as it is, that of a LayerNorm; with the signal's mirror image beside it, that of a root-mean-square
/// normalisation.
/// </summary>
/// <remarks>
/// A slot beside its mirror image, (x, −x), has mean 0 and variance Σ 2x²/(2D) = mean x², so that normalising both gives x/√(mean x² + eps) in slot
/// 0: no layer that TinT lacks is needed. One head mixing makes slot 1 the mirror image, the feature gate lets normalisation act on slots 0 and 1, and a
/// second mixing empties slot 1.
/// Source: C19, C28.
/// </remarks>
internal sealed class SlotNormalisation
{
    private readonly TintConfiguration _configuration;
    private readonly (HeadMixing Mirror, HeadMixing Drop)? _mixings;
    private readonly CoordinateMap? _mirrorMap;
    private readonly CoordinateMap? _dropMap;

    private SlotNormalisation(TintConfiguration configuration, (HeadMixing Mirror, HeadMixing Drop)? mixings)
    {
        (_configuration, _mixings) = (configuration, mixings);
        (_mirrorMap, _dropMap) = (mixings?.Mirror.ToMap(), mixings?.Drop.ToMap());
    }

    /// <summary>Subtracts the mean, divides by the deviation.</summary>
    public static SlotNormalisation Centred(TintConfiguration configuration) => new(configuration, null);

    /// <summary>Divides by the root of the mean square.</summary>
    public static SlotNormalisation Mirrored(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        int count = configuration.HeadCount, heads = configuration.Auxiliary.HiddenSize / configuration.HeadSize;
        var (mirror, drop) = (HeadMixing.Identity(count, configuration.HeadSize), HeadMixing.Identity(count, configuration.HeadSize));
        for (var head = heads; head < 2 * heads; head++)
        {
            mirror[head, head] = 0;
            mirror[head, head - heads] = -1;
            drop[head, head] = 0;
        }

        return new SlotNormalisation(configuration, (mirror, drop));
    }

    /// <summary>The first slot that memory may take: the mirror image needs slot 1.</summary>
    public int FirstMemorySlot => _mixings is null ? 1 : 2;

    /// <summary>S(x) in slot 0, [T × D_aux]; slot 1 is empty where it held the mirror image, the other slots stay.</summary>
    public Slots Apply(Slots tokens, TrackedScalar gate, Arithmetic arithmetic)
    {
        var epsilon = _configuration.Auxiliary.LayerNormEpsilon;
        if (_mirrorMap is null || _dropMap is null)
        {
            return tokens[0] is { } x ? tokens.With(0, arithmetic.GatedNormalise(x, gate, epsilon)) : tokens;
        }

        var mirrored = arithmetic.Apply(_mirrorMap, tokens);
        if (mirrored[0] is { } signal && mirrored[1] is { } image)
        {
            var both = arithmetic.GatedNormalise(Arithmetic.Beside(signal, image), gate, epsilon);
            mirrored = mirrored.With(0, Arithmetic.Columns(both, [.. Enumerable.Range(0, tokens.Width)]));
        }

        return arithmetic.Apply(_dropMap, mirrored);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        _mixings is { } mixings ? [.. mixings.Mirror.Tensors("mirror_fc"), .. mixings.Drop.Tensors("drop_fc")] : [];
}
