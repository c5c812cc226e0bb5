using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Materialised;

/// <summary>
/// A whole TinT as the transformer that it is: every weight tensor under the name of the published code, and its layers in words that any transformer has.
/// Whoever runs the layers over the tensors, knowing nothing of TinT, gets what <see cref="Model.ConstructedTint"/> computes, simulated training included.
/// </summary>
/// <remarks>
/// Tensors are written out one by one, when they are asked for; a streamed model is read layer by layer. Their numbers of parameters add up to
/// <see cref="Counting.ParameterCount.WholeModel"/>. The head is tied to the token embeddings and has no tensor of its own. Where the published code shares
/// the blocks of later passes, they go by the first pass's names.
/// Source: C22, C24, C27.
/// </remarks>
public sealed class MaterialisedTint
{
    private readonly TintConfiguration _configuration;
    private readonly AuxiliaryWeights _weights;
    private readonly PublishedModules _modules;
    private readonly TensorNames _names;

    /// <summary>Materialises the TinT that simulates <paramref name="weights"/>.</summary>
    /// <param name="configuration">The construction's shape and options.</param>
    /// <param name="weights">The auxiliary model.</param>
    /// <exception cref="RuleViolationException">The shape is not admissible, or is not the weights'; or the published code has no such block or step.</exception>
    public MaterialisedTint(TintConfiguration configuration, AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weights);
        AdmissibleShapes.Check(configuration);
        if (weights.Configuration != configuration.Auxiliary)
        {
            throw new RuleViolationException(
                "the weights must be those of the configuration's auxiliary model", $"{weights.Configuration}", $"pass weights of {configuration.Auxiliary}");
        }

        if (configuration.Auxiliary.Architecture is { } other)
        {
            throw new RuleViolationException(
                "the transformer is written out for the auxiliary models of the published code", $"{other.Name}", "use a GPT-2, or an OPT with norms in front");
        }

        if (configuration.UseSoftmax)
        {
            throw new RuleViolationException(
                "the transformer is written out with linear attention, as the published code has it", "UseSoftmax", "leave UseSoftmax off");
        }

        if (configuration.KeepsScorePath || !configuration.Departures.DescentsMasked)
        {
            throw new RuleViolationException(
                "the transformer is written out with attention's score path dropped and descents that see the train mask, as published (V1, V9)",
                $"the departures {configuration.Departures}",
                $"follow the published code or the paper ({nameof(Preset)} {Preset.Published.Name} or {Preset.Paper.Name}), or run {nameof(Model.ConstructedTint)}, which writes nothing out");
        }

        if (!configuration.Optimiser.IsPlain)
        {
            throw new RuleViolationException(
                "the transformer is written out with plain SGD on the summed loss", $"{configuration.Optimiser}", "leave the optimiser plain");
        }

        (_configuration, _weights) = (configuration, weights);
        (_modules, _names) = (new PublishedModules(configuration), new TensorNames(configuration));
        var pass = new PassLayers(configuration);
        (Layers, OriginalLogits, Logits) = (pass.Layers, pass.Logits[0], pass.Logits[^1]);
        Modules = [.. Written()];
    }

    /// <summary>Layers that several places run.</summary>
    public IReadOnlyList<TransformerModule> Modules { get; }

    /// <summary>The transformer's layers, in order; a layer of kind <c>module</c> runs a module's.</summary>
    public IReadOnlyList<TransformerLayer> Layers { get; }

    /// <summary>Which output of the layers is the logits before training, [T × V].</summary>
    public string OriginalLogits { get; }

    /// <summary>Which output of the layers is the logits after training, [T × V].</summary>
    public string Logits { get; }

    /// <summary>The row of the position table that the first token reads.</summary>
    public int FirstPosition => _names.FirstPosition;

    /// <summary>Every weight tensor, written out when it is asked for.</summary>
    public IEnumerable<WeightTensor> Tensors()
    {
        var auxiliary = _configuration.Auxiliary;
        yield return Matrix(TensorNames.Tokens, () => _weights.TokenEmbedding, auxiliary.VocabularySize, auxiliary.HiddenSize);
        yield return Matrix(TensorNames.Positions, Positions, auxiliary.MaximumPositions + _names.FirstPosition, auxiliary.HiddenSize);
        foreach (var name in ForwardBlocks())
        {
            foreach (var tensor in _modules.Leaves.SelectMany(leaf => _modules.ForwardTensors(leaf).Select(tensor => tensor.In($"{name}.{PublishedModules.Forward(leaf)}"))))
            {
                yield return tensor;
            }
        }

        for (var layer = 0; layer < auxiliary.LayerCount; layer++)
        {
            foreach (var tensor in Loads(layer))
            {
                yield return tensor;
            }
        }

        foreach (var name in BackwardBlocks())
        {
            foreach (var tensor in _modules.Leaves.SelectMany(leaf => _modules.BackwardTensors(leaf).Select(tensor => tensor.In($"{name}.{PublishedModules.Backward(leaf)}"))))
            {
                yield return tensor;
            }
        }

        var memory = MemorySlots.LayerNorm(_configuration);
        foreach (var tensor in new LayerNormForward(_configuration, memory).Tensors().Select(static tensor => tensor.In($"{TensorNames.Final}.{PassLayers.FinalModule}"))
            .Concat(new LayerNormDescentBackward(_configuration, memory).Tensors().Select(static tensor => tensor.In($"{TensorNames.Final}.{PassLayers.FinalBackwardModule}"))))
        {
            yield return tensor;
        }

        yield return Prefixes(TensorNames.FinalNormPrefixes, () => PrefixStack.Stack(_configuration, _weights.FinalNorm));
    }

    private IEnumerable<string> ForwardBlocks() => Enumerable.Range(0, _configuration.ShareBlocks ? 1 : _configuration.SgdSteps + 1)
        .SelectMany(steps => Enumerable.Range(0, _configuration.Auxiliary.LayerCount).Select(layer => _names.Forward(layer, steps))).Distinct();

    private IEnumerable<string> BackwardBlocks() => Enumerable.Range(1, _configuration.SgdSteps)
        .SelectMany(step => Trained.Select(layer => _names.Backward(layer, step))).Distinct();

    private IEnumerable<int> Trained =>
        Enumerable.Range(_configuration.Auxiliary.LayerCount - _configuration.TrainedLayers, _configuration.TrainedLayers);

    private IEnumerable<WeightTensor> Loads(int layer)
    {
        // The block is stacked once for its loads, and let go with them.
        var block = new Lazy<BlockPrefixes>(() => BlockPrefixes.Stack(_configuration, _weights.Layers[layer]));
        var places = BlockPlan.Of(_configuration.Auxiliary).Loads.ToArray();
        return places.Select((load, index) => Prefixes(TensorNames.Load(layer, index), () => block.Value[load.Place, load.Chunk]));
    }

    private WeightTensor Prefixes(string name, Func<Slots> slots) => Matrix(
        name, () => slots().ToMatrix(), _configuration.PrefixCount, _configuration.HiddenSize);

    private static WeightTensor Matrix(string name, Func<Matrix<double>> matrix, int rows, int columns) =>
        new(name, [rows, columns], () => Tensor.From(matrix()));

    /// <summary>The position table; rows that no token reads, the first two of OPT's, are zero.</summary>
    private Matrix<double> Positions()
    {
        var table = Matrix<double>.Build.Dense(_weights.PositionEmbedding.RowCount + _names.FirstPosition, _weights.PositionEmbedding.ColumnCount);
        table.SetSubMatrix(_names.FirstPosition, 0, _weights.PositionEmbedding);
        return table;
    }

    private IEnumerable<TransformerModule> Written()
    {
        foreach (var leaf in _modules.Leaves)
        {
            var inputs = leaf is Attention ? (string[])["queries", "keys", "values"] : ["x"];
            yield return Module(PublishedModules.Forward(leaf), inputs, write => leaf switch
            {
                Norm => write.LayerNormForward("x", string.Empty),
                Linear => write.LinearForward("x", string.Empty, MemorySlots.Linear(_configuration)),
                Attention => write.AttentionForward("queries", "keys", "values", string.Empty),
                Activation => write.ActivationForward("x", string.Empty),
                _ => throw leaf.Unread("the transformer that is written out"),
            });
        }

        yield return Module(PassLayers.FinalModule, ["x"], static write => write.LayerNormForward("x", string.Empty));
        foreach (var leaf in _modules.Leaves.Where(_ => _configuration.SgdSteps > 0))
        {
            yield return Module(PublishedModules.Backward(leaf), ["x"], write => leaf switch
            {
                Norm => write.LayerNormDescentBackward("x", string.Empty),
                Linear => write.LinearDescentBackward("x", string.Empty, MemorySlots.Linear(_configuration)),
                Attention => write.AttentionBackwardDescent("x", string.Empty),
                Activation => write.ActivationBackward("x", string.Empty),
                _ => throw leaf.Unread("the transformer that is written out"),
            });
        }

        yield return Module(PassLayers.FinalBackwardModule, ["x"], static write => write.LayerNormDescentBackward("x", string.Empty));
    }

    private TransformerModule Module(string name, string[] inputs, Func<ModuleLayers, string> write)
    {
        var layers = new LayerList("y");
        var output = write(new ModuleLayers(_configuration, layers));
        return new TransformerModule(name, inputs, layers.Layers, output);
    }
}
