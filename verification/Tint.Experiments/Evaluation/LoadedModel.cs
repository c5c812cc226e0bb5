using Tint.Experiments.Tokenization;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Families;
using Tint.Verification.Checkpoints;

namespace Tint.Experiments.Evaluation;

/// <summary>A model in its folder: tokenizer, and what is asked for of its numbers, in memory or read layer by layer.</summary>
public sealed class LoadedModel : IDisposable
{
    private readonly ModelFolder _files;
    private readonly Lazy<ParameterSet> _parameters;
    private readonly Lazy<AuxiliaryWeights> _weights;
    private readonly Lazy<AuxiliaryWeights> _streamed;

    private LoadedModel(ModelFolder files, ITextTokenizer tokenizer)
    {
        (_files, Tokenizer) = (files, tokenizer);
        var shape = AuxiliaryShape.Find(files.Model);
        _parameters = new(files.Read);
        _weights = new(() => shape is null ? Model.Weights(Parameters) : Model.Weights(Parameters) with { Configuration = shape });
        _streamed = new(() => shape is null ? files.Stream() : HuggingFaceWeights.Stream(shape, files.Tensors));
    }

    /// <summary>What it computes.</summary>
    public FamilyConfiguration Model => _files.Model;

    /// <summary>The tensors in its files.</summary>
    public Checkpoint Tensors => _files.Tensors;

    /// <summary>Its tokenizer.</summary>
    public ITextTokenizer Tokenizer { get; }

    /// <summary>Its parameters, all in memory from now on.</summary>
    /// <exception cref="RuleViolationException">A tensor is missing, misshapen or not finite, or has no place in the model.</exception>
    public ParameterSet Parameters => _parameters.Value;

    /// <summary>The weights that a TinT simulates: the numbers of <see cref="Parameters"/>, once for both.</summary>
    /// <exception cref="RuleViolationException">A tensor is wrong, or no TinT of this model is constructed.</exception>
    public AuxiliaryWeights Weights => _weights.Value;

    /// <summary>The same, layers read from the files each time that they are asked for.</summary>
    /// <exception cref="RuleViolationException">A tensor is wrong, or no TinT of this model is constructed.</exception>
    public AuxiliaryWeights StreamedWeights => _streamed.Value;

    /// <summary>The longest sequence that it has positions for or, where no table limits it, was trained on.</summary>
    public int Positions => Model.MaximumPositions;

    /// <summary>Opens a Hugging Face folder with weights and tokenizer; no weight is read.</summary>
    /// <exception cref="Fixtures.FixtureException">A file is missing or damaged.</exception>
    /// <exception cref="RuleViolationException">The model or its tokenizer is not one that is known.</exception>
    public static LoadedModel Open(string folder)
    {
        var files = ModelFolder.Open(folder);
        try
        {
            return new LoadedModel(files, ModelTokenizer.Open(folder));
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _files.Dispose();
}
