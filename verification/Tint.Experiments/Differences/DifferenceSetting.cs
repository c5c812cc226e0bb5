using Tint.Experiments.Evaluation;
using Tint.Reference.Configuration;

namespace Tint.Experiments.Differences;

/// <summary>A TinT whose update is compared.</summary>
/// <param name="Method">Which TinT: published, paper or faithful.</param>
/// <param name="Scale">N.</param>
/// <param name="Gate">G.</param>
/// <param name="Rate">η.</param>
/// <param name="Fraction">f, the share of the window that is trained on.</param>
/// <param name="Layers">How many layers from the top are trained.</param>
/// <param name="Steps">How many steps of SGD.</param>
public sealed record DifferenceSetting(EvaluationMethod Method, double Scale, double Gate, double Rate, double Fraction, int Layers, int Steps)
{
    /// <summary>The configuration of a TinT.</summary>
    public TintConfiguration Configuration(AuxiliaryConfiguration auxiliary) => MethodConfiguration.Of(Method, auxiliary) with
    {
        FiniteDifferenceScale = Scale,
        GateScale = Gate,
        InnerLearningRate = Rate,
        TrainedLayers = Layers,
        SgdSteps = Steps,
    };
}
