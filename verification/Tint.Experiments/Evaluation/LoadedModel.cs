using Tint.Experiments.Tokenization;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Families;
using Tint.Reference.Families.Gpt2;
using Tint.Reference.Families.Opt;
using Tint.Verification.Checkpoints;

namespace Tint.Experiments.Evaluation;

/// <summary>A model from its folder: parameters, tokenizer, and the weights that a TinT simulates where it can.</summary>
public sealed class LoadedModel
{
    private readonly Lazy<AuxiliaryWeights> _weights;

    private LoadedModel(FamilyConfiguration model, ParameterSet parameters, ITextTokenizer tokenizer)
    {
        (Model, Parameters, Tokenizer) = (model, parameters, tokenizer);
        _weights = new Lazy<AuxiliaryWeights>(() => AuxiliaryShape.Find(model) is { } shape
            ? HuggingFaceWeights.Import(shape, (Dictionary<string, Tensor>)model.Export(parameters))
            : model.Weights(parameters));
    }

    /// <summary>What it computes.</summary>
    public FamilyConfiguration Model { get; }

    /// <summary>Its parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Its tokenizer.</summary>
    public ITextTokenizer Tokenizer { get; }

    /// <summary>The weights that a TinT simulates.</summary>
    /// <exception cref="RuleViolationException">No TinT of this model is constructed.</exception>
    public AuxiliaryWeights Weights => _weights.Value;

    /// <summary>The longest sequence that it has positions for; null where it has no table of them.</summary>
    public int? Positions => Model switch { Gpt2Configuration gpt2 => gpt2.MaximumPositions, OptConfiguration opt => opt.MaximumPositions, _ => null };

    /// <summary>Reads a Hugging Face folder with weights and tokenizer.</summary>
    /// <exception cref="Fixtures.FixtureException">A file is missing or damaged.</exception>
    /// <exception cref="RuleViolationException">The model or its tokenizer is not one that is known, or a tensor is wrong.</exception>
    public static LoadedModel Open(string folder)
    {
        using var files = ModelFolder.Open(folder);
        return new LoadedModel(files.Model, files.Read(), ModelTokenizer.Open(folder));
    }
}
