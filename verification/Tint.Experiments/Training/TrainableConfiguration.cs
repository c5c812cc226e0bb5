using System.Text.Json;
using Tint.Reference;
using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>The <c>config.json</c> of a small model of any family.</summary>
/// <param name="Family">Its <c>model_type</c>.</param>
/// <param name="VocabularySize">V.</param>
/// <param name="Width">D.</param>
/// <param name="Heads">H.</param>
/// <param name="Layers">L; of an encoder–decoder in each of the two.</param>
/// <param name="Positions">The longest sequence.</param>
public sealed record TrainableConfiguration(string Family, int VocabularySize, int Width, int Heads, int Layers, int Positions)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The families that can be trained.</summary>
    public static IReadOnlyCollection<string> Families => FamilyCatalogue.ModelTypes;

    /// <summary>The file's text.</summary>
    /// <exception cref="RuleViolationException">The family is unknown.</exception>
    public string Text()
    {
        var (fields, end) = (FamilyCatalogue.Fields(Family), VocabularySize - 1);
        var sizes = new FamilySizes(Family, VocabularySize, Positions, Width, Layers, Heads, Inner: 4 * Width);
        var architecture = fields.Architectures.First(item => item.ModelType == Family).Class;
        var more = $$"""{"architectures":["{{architecture}}"],"torch_dtype":"float32","bos_token_id":{{end}},"eos_token_id":{{end}}}""";
        return fields.Config(sizes, fields.Trained(sizes), more).ToJsonString(Indented);
    }

    /// <summary>The model that the text describes.</summary>
    /// <exception cref="RuleViolationException">The family is unknown, or the sizes do not fit it.</exception>
    public FamilyConfiguration Model()
    {
        using var document = JsonDocument.Parse(Text());
        return FamilyCatalogue.Read(document.RootElement);
    }
}
