using System.Text.Json;
using Tint.Explaining.Walking;

namespace Tint.Explaining;

/// <summary>What <c>tint explain --json</c> writes.</summary>
/// <param name="Seed">The seed of the case's numbers; null for those made to be recognised.</param>
/// <param name="Modules">The walks.</param>
public sealed record ExplanationDocument(int? Seed, IReadOnlyList<ModuleWalk> Modules)
{
    /// <summary>Walks through modules.</summary>
    /// <param name="modules">Their names.</param>
    /// <param name="seed">The seed; null for numbers made to be recognised.</param>
    /// <exception cref="Reference.RuleViolationException">There is no such module.</exception>
    public static ExplanationDocument Of(IReadOnlyList<string> modules, int? seed) => new(seed, [.. modules.Select(module => Walker.Walk(module, seed))]);

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ExplanationJson.Default.ExplanationDocument);
}
