using Tint.Reference.Configuration;

namespace Tint.Experiments.Differences;

/// <summary>A TinT whose update is compared.</summary>
/// <param name="IsPaper">True: as the paper means it. False: with the published code's departures.</param>
/// <param name="Scale">N.</param>
/// <param name="Gate">G.</param>
/// <param name="Rate">η.</param>
/// <param name="Fraction">f, the share of the window that is trained on.</param>
/// <param name="Layers">How many layers from the top are trained.</param>
/// <param name="Steps">How many steps of SGD.</param>
public sealed record DifferenceSetting(bool IsPaper, double Scale, double Gate, double Rate, double Fraction, int Layers, int Steps)
{
    /// <summary>The configuration of a TinT.</summary>
    public TintConfiguration Configuration(AuxiliaryConfiguration auxiliary) => TintConfiguration.For(auxiliary) with
    {
        FiniteDifferenceScale = Scale,
        GateScale = Gate,
        InnerLearningRate = Rate,
        TrainedLayers = Layers,
        SgdSteps = Steps,
        Departures = IsPaper ? Departures.Paper : Departures.Published,
    };
}
