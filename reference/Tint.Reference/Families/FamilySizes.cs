namespace Tint.Reference.Families;

/// <summary>What a small model's <c>config.json</c> says in the words of its family.</summary>
/// <param name="ModelType">The <c>model_type</c>.</param>
/// <param name="Vocabulary">V.</param>
/// <param name="Positions">The longest sequence.</param>
/// <param name="Width">D.</param>
/// <param name="Layers">L; of an encoder–decoder in each of the two.</param>
/// <param name="Heads">H.</param>
/// <param name="Inner">F, the MLP's inner width, where the family leaves a choice.</param>
internal sealed record FamilySizes(string ModelType, int Vocabulary, int Positions, int Width, int Layers, int Heads, int Inner)
{
    /// <summary>D/H.</summary>
    public int HeadSize => Width / Heads;
}
