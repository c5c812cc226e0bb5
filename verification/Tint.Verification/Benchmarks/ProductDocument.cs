using System.Text.Json;

namespace Tint.Verification.Benchmarks;

/// <summary>What <c>tint products --json</c> writes.</summary>
/// <param name="Provider">What the products ran on.</param>
/// <param name="Products">The products, one an element.</param>
internal sealed record ProductDocument(string Provider, IReadOnlyList<ProductTime> Products)
{
    /// <summary>Writes the document.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, BenchJson.Default.ProductDocument);
}
