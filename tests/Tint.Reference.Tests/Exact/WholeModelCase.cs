using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Exact;

/// <summary>A whole-model case of the shipped fixtures, read into the types of the reference.</summary>
internal sealed class WholeModelCase : IDisposable
{
    private const string WeightPrefix = "aux.";
    private const string TrueGradientPrefix = "true.grad.";

    private static readonly Lazy<FixtureManifest> Manifest = new(() => FixtureManifest.Load(FixtureLocator.FindShipped()));

    private readonly FixtureCase _fixture;
    private readonly FixtureTensors _tensors;

    public WholeModelCase(string id)
    {
        _fixture = Manifest.Value.Cases.Single(fixture => fixture.Id == id);
        _tensors = _fixture.Open();
        var config = _fixture.Config;
        Configuration = new AuxiliaryConfiguration
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
                "gelu_new" => ActivationKind.GeluNew,
                var other => throw new NotSupportedException(other),
            },
            LayerNormEpsilon = config.LayerNormEpsilon,
        };
        Weights = HuggingFaceWeights.Import(
            Configuration,
            _tensors.InputNames.Where(name => name.StartsWith(WeightPrefix, StringComparison.Ordinal))
                .ToDictionary(name => name[WeightPrefix.Length..], name => ToTensor(_tensors.Input(name))));
        Sequences = [.. Enumerable.Range(0, _tensors.Input("input_ids").Shape[0]).Select(Sequence)];
    }

    /// <summary>The ids of all whole-model cases, or of those with an expected output of the given name.</summary>
    public static IReadOnlyList<string> Ids(string? expected = null) =>
        [.. Manifest.Value.Cases.Where(fixture => fixture.Module == FixtureModules.WholeModel)
            .Where(fixture => expected is null || fixture.Expected.Contains(expected))
            .Select(fixture => fixture.Id)];

    public AuxiliaryConfiguration Configuration { get; }

    public AuxiliaryWeights Weights { get; }

    public IReadOnlyList<TokenSequence> Sequences { get; }

    public FixtureConfiguration Config => _fixture.Config;

    public bool IsFloat32 => _fixture.DataType == "float32";

    public Tensor Expected(string name) => ToTensor(_tensors.Expected(name));

    public IReadOnlyDictionary<string, Tensor> TrueGradients() =>
        _tensors.ExpectedNames.Where(name => name.StartsWith(TrueGradientPrefix, StringComparison.Ordinal))
            .ToDictionary(name => name[TrueGradientPrefix.Length..], Expected);

    public void Dispose() => _tensors.Dispose();

    private static Tensor ToTensor(FixtureTensor tensor) => new(tensor.Shape, tensor.Values);

    private TokenSequence Sequence(int index) => new()
    {
        InputIds = Integers("input_ids", index)!,
        TrainMask = Numbers("train_mask", index)!,
        Labels = Integers("labels", index),
        GradientMask = Numbers("gradient_mask", index),
        IclMask = _tensors.HasInput("icl_mask") ? ToTensor(_tensors.Input("icl_mask")).Slice(index).ToMatrix() : null,
    };

    private int[]? Integers(string name, int index) => Numbers(name, index) is { } row ? Array.ConvertAll(row, value => (int)value) : null;

    private double[]? Numbers(string name, int index) =>
        _tensors.HasInput(name) ? ToTensor(_tensors.Input(name)).Slice(index).Values.ToArray() : null;
}
