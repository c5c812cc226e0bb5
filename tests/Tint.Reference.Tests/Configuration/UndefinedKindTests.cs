using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Keeping;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Losses;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Configuration;

/// <summary>A value that an enumeration does not name is refused wherever one is taken, and never stands for the last member.</summary>
public sealed class UndefinedKindTests
{
    private static readonly TintConfiguration Valid = SmallModels.Configuration;
    private static readonly Matrix<double> Numbers = Matrix<double>.Build.Dense(2, 2, 1.0);

    private static readonly Dictionary<string, Func<object?>> Consumers = new()
    {
        ["family of a configuration"] = () => Valid.Auxiliary with { Family = (AuxiliaryFamily)2 },
        ["activation of a configuration"] = () => Valid.Auxiliary with { Activation = (ActivationKind)(-1) },
        ["loss of a configuration"] = () => Valid with { Loss = (LossKind)3 },
        ["trained parameter"] = () => new ExactTint(Valid, RandomWeights.Of(Valid.Auxiliary, seed: 1))
            .Trains(new ParameterBlock("unknown", (ParameterKind)5, 0, 1, 1, new double[1])),
        ["activation"] = () => ActivationFunction.Value((ActivationKind)99, 1),
        ["derivative"] = () => ActivationFunction.Derivative((ActivationKind)99, 1),
        ["exact activation"] = () => ExactActivation.Forward((ActivationKind)99, Numbers),
        ["exact activation backward"] = () => ExactActivation.Backward((ActivationKind)99, Numbers, Numbers),
        ["constructed activation"] = () => Arithmetic.Plain.Activate(new Tracked(Numbers), (ActivationKind)99),
        ["curvature"] = () => ActivationCurvature.Of((ActivationKind)99),
        ["function of a loss"] = () => LossFunction.Of((LossKind)3),
        ["number format"] = () => new ScratchStore((NumberFormat)2),
        ["provider"] = () => LinearAlgebraProviders.Use((ProviderChoice)17),
        ["vector width"] = () => new SimdLinearAlgebraProvider((VectorWidth)9),
    };

    public static TheoryData<string> Names => new(Consumers.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_by(string consumer) => Refusal.Of(Consumers[consumer]);
}
