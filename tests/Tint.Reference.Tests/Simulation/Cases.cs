using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Simulation;

/// <summary>The shipped cases, read into the reference's own types.</summary>
internal static class Cases
{
    private static readonly FixtureManifest Manifest = FixtureManifest.Load(FixtureLocator.FindShipped());

    public static TheoryData<string> Ids(Func<FixtureCase, bool> predicate)
    {
        var ids = new TheoryData<string>(Manifest.Cases.Where(predicate).Select(fixture => fixture.Id));
        return ids.Count > 0 ? ids : throw new InvalidOperationException("no shipped case fits");
    }

    public static FixtureCase Find(string id) => Manifest.Cases.Single(fixture => fixture.Id == id);

    public static TintConfiguration Configuration(FixtureCase fixture)
    {
        var config = fixture.Config;
        return new TintConfiguration
        {
            Auxiliary = new AuxiliaryConfiguration
            {
                Family = config.Family == "opt" ? AuxiliaryFamily.Opt : AuxiliaryFamily.Gpt2,
                HiddenSize = config.AuxHiddenSize,
                HeadCount = config.AuxNumHeads,
                LayerCount = config.AuxNumLayers,
                VocabularySize = config.AuxVocabSize,
                MaximumPositions = config.AuxMaxPositions,
                Activation = config.Activation switch
                {
                    "relu" => ActivationKind.Relu,
                    "gelu" => ActivationKind.Gelu,
                    _ => ActivationKind.GeluNew,
                },
                LayerNormEpsilon = config.LayerNormEpsilon,
            },
            HiddenSize = config.HiddenSize,
            HeadCount = config.NumHeads,
            PrefixCount = config.NumPrefixes,
            InnerLearningRate = config.InnerLr,
            GateScale = config.GateScale,
            FiniteDifferenceScale = config.FiniteDifferenceScale,
            RestrictPrefixes = config.RestrictPrefixes,
            BackpropagateThroughAttention = config.BackpropThroughAttention,
            SgdSteps = config.NumSgdSteps,
            TrainedLayers = config.NumTrainedLayers,
            Loss = config.Loss switch
            {
                "quad" => LossKind.Quad,
                "mean_embedding" => LossKind.MeanEmbedding,
                _ => LossKind.CrossEntropy,
            },
            LayerNormBiasOnly = config.LayerNormBiasOnly,
        };
    }

    public static Tensor Tensor(FixtureTensor tensor) => new(tensor.Shape, tensor.Values);

    public static AuxiliaryWeights Weights(AuxiliaryConfiguration auxiliary, FixtureTensors tensors)
    {
        const string prefix = "aux.";
        return HuggingFaceWeights.Import(auxiliary, tensors.InputNames
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[prefix.Length..], name => Tensor(tensors.Input(name))));
    }

    public static IReadOnlyList<TokenSequence> Sequences(FixtureTensors tensors)
    {
        var ids = tensors.Input("input_ids");
        return
        [
            .. Enumerable.Range(0, ids.Shape[0]).Select(b => new TokenSequence
            {
                InputIds = Integers(ids, b),
                TrainMask = Numbers(tensors.Input("train_mask"), b),
                Labels = Integers(tensors.Input("labels"), b),
                GradientMask = tensors.HasInput("gradient_mask") ? Numbers(tensors.Input("gradient_mask"), b) : null,
                IclMask = tensors.HasInput("icl_mask") ? Tensor(tensors.Input("icl_mask")).Slice(b).ToMatrix() : null,
            }),
        ];
    }

    public static double[] Numbers(FixtureTensor tensor, int row) => Tensor(tensor).Slice(row).Values.ToArray();

    /// <summary>Rows of prefixes [K × D_sim] as the weight [out × D] and prefix 0's bias that are stacked there.</summary>
    public static (Matrix<double> Weight, Vector<double> Bias) Unstacked(Matrix<double> prefixes, int width)
    {
        var rows = width / prefixes.RowCount;
        var weight = Matrix<double>.Build.Dense(width, width, (r, c) => prefixes[r / rows, ((r % rows) * width) + c]);
        return (weight, prefixes.Row(0, rows * width, width));
    }

    private static int[] Integers(FixtureTensor tensor, int row)
    {
        var count = tensor.Shape[1];
        return [.. tensor.Integers.Skip(row * count).Take(count).Select(value => (int)value)];
    }
}
