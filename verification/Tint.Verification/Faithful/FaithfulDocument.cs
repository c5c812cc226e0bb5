using System.Text.Json;

namespace Tint.Verification.Faithful;

/// <summary>The JSON that <c>tint faithful --json</c> writes.</summary>
internal sealed record FaithfulDocument
{
    /// <summary>What matrix products ran on.</summary>
    public string? Provider { get; init; }

    /// <summary>The whole-model cases that were measured.</summary>
    public required IReadOnlyList<string> Cases { get; init; }

    /// <summary>The ingredients, in order.</summary>
    public required IReadOnlyList<IngredientResult> Ingredients { get; init; }

    /// <summary>The bottoms of the U-curves.</summary>
    public required IReadOnlyList<CurveBottom> Curves { get; init; }

    /// <summary>Softmax attention alone beside linear attention; null where no whole model takes a step.</summary>
    public SoftmaxResult? Softmax { get; init; }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, FaithfulJson.Default.FaithfulDocument);
}
