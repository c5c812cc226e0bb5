using Tint.Fixtures;
using Tint.Reference.Configuration;

namespace Tint.Verification.Coordinates;

/// <summary>The sizes that say which coordinate of a hidden state holds what.</summary>
public sealed record CaseGeometry
{
    /// <summary>The module, as the manifest names it.</summary>
    public required string Module { get; init; }

    /// <summary>D_aux.</summary>
    public required int AuxiliaryHiddenSize { get; init; }

    /// <summary>H_aux.</summary>
    public required int AuxiliaryHeadCount { get; init; }

    /// <summary>D_sim.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>K.</summary>
    public required int PrefixCount { get; init; }

    /// <summary>T_max.</summary>
    public required int MaximumPositions { get; init; }

    /// <summary>Where a module's memory starts, or null for the place that its layout implies.</summary>
    public int? MemoryIndex { get; init; }

    /// <summary>n = D_aux/K, the weight rows of one prefix.</summary>
    public int RowsPerPrefix => AuxiliaryHiddenSize / PrefixCount;

    /// <summary>D_aux/H_aux, the width of an auxiliary head.</summary>
    public int AuxiliaryHeadSize => Math.Max(1, AuxiliaryHiddenSize / AuxiliaryHeadCount);

    /// <summary>The sizes of a whole TinT.</summary>
    internal static CaseGeometry Of(TintConfiguration configuration) => new()
    {
        Module = FixtureModules.WholeModel,
        AuxiliaryHiddenSize = configuration.Auxiliary.HiddenSize,
        AuxiliaryHeadCount = configuration.Auxiliary.HeadCount,
        HiddenSize = configuration.HiddenSize,
        PrefixCount = configuration.PrefixCount,
        MaximumPositions = configuration.Auxiliary.MaximumPositions,
    };

    /// <summary>The sizes of a case.</summary>
    public static CaseGeometry Of(FixtureCase fixtureCase)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        var config = fixtureCase.Config;
        return new CaseGeometry
        {
            Module = fixtureCase.Module,
            AuxiliaryHiddenSize = config.AuxHiddenSize,
            AuxiliaryHeadCount = config.AuxNumHeads,
            HiddenSize = config.HiddenSize,
            PrefixCount = config.NumPrefixes,
            MaximumPositions = config.AuxMaxPositions,
            MemoryIndex = fixtureCase.Options.MemoryIndex,
        };
    }
}
