using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Model;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Engines;

/// <summary>null in place of a part that must be there is refused in one line, wherever it stands.</summary>
public sealed class MissingPartsTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration;
    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Small.Auxiliary, seed: 1);

    private static readonly Dictionary<string, Func<object?>> Nulls = new()
    {
        ["final norm"] = () => Weights with { FinalNorm = null! },
        ["layers"] = () => Weights with { Layers = null! },
        ["token embedding"] = () => Weights with { TokenEmbedding = null! },
        ["position embedding"] = () => Weights with { PositionEmbedding = null! },
        ["weights' configuration"] = () => Weights with { Configuration = null! },
        ["query"] = () => Weights.Layers[0] with { Query = null! },
        ["MLP norm"] = () => Weights.Layers[0] with { MlpNorm = null! },
        ["weight under with"] = () => Weights.Layers[0].Query with { Weight = null! },
        ["weight"] = () => new LinearParameters(null!, Weights.FinalNorm.Bias),
        ["bias"] = () => new LinearParameters(Weights.TokenEmbedding, null!),
        ["gamma"] = () => new LayerNormParameters(null!, Weights.FinalNorm.Bias),
        ["beta under with"] = () => Weights.FinalNorm with { Bias = null! },
        ["auxiliary"] = () => Small with { Auxiliary = null! },
        ["departures"] = () => Small with { Departures = null! },
        ["input ids"] = () => SmallModels.Sequence(Small.Auxiliary, 3, 1) with { InputIds = null! },
        ["train mask"] = () => SmallModels.Sequence(Small.Auxiliary, 3, 1) with { TrainMask = null! },
        ["layer of a construction"] = () => new ConstructedTint(Small, Weights with { Layers = [Weights.Layers[0], null!] }),
        ["layer of a simulation"] = () => new SimulatedTint(Small, Weights with { Layers = [null!, Weights.Layers[1]] }),
        ["streamed layer"] = () => new SimulatedTint(Small, Weights with { Layers = new StreamedLayers(Small.Auxiliary, _ => null!) })
            .Run(SmallModels.Sequence(Small.Auxiliary, 3, 1)),
        ["layer of a vector of parameters"] = () => AuxiliaryWeightsAlgebra.Blocks(Weights with { Layers = [null!] }),
    };

    public static TheoryData<string> Names => new(Nulls.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Are_refused(string name) => Refusal.Of(Nulls[name], "must be there; got null");
}
