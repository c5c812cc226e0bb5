using System.Text.Json;
using Tint.Reference;
using Tint.Reference.Configuration;

namespace Tint.Verification.Benchmarks;

/// <summary>The JSON that <c>tint bench --count --json</c> writes: the arithmetic of a step that is not run.</summary>
public sealed record CountDocument
{
    /// <summary>The shape's name.</summary>
    public required string Shape { get; init; }

    /// <summary>construction, simulation, device-simulation or exact.</summary>
    public required string Engine { get; init; }

    /// <summary>T; an encoder reads as many.</summary>
    public required int Tokens { get; init; }

    /// <summary>L, all of them trained.</summary>
    public required int Layers { get; init; }

    /// <summary>The operations that the auxiliary model needs for the step.</summary>
    public required long Flops { get; init; }

    /// <summary>The same by operation.</summary>
    public required IReadOnlyList<OperationWork> Operations { get; init; }

    /// <summary>Counts a step of <see cref="BenchInput"/>, of which nothing but the tokens is made.</summary>
    /// <param name="shape">The shape's name.</param>
    /// <param name="engine">What would compute.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="tokens">T; null for as many as the shape has positions.</param>
    /// <exception cref="RuleViolationException">The number of tokens does not fit the shape, or the count is too large.</exception>
    public static CountDocument Of(string shape, BenchEngine engine, TintConfiguration configuration, int? tokens)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var length = BenchInput.Length(configuration, tokens);
        var flops = new FlopCount(configuration, RandomInput.Sequence(configuration.Auxiliary, length, seed: 1));
        return new CountDocument
        {
            Shape = shape,
            Engine = BenchEngines.NameOf(engine),
            Tokens = length,
            Layers = configuration.Auxiliary.LayerCount,
            Flops = flops.StepOf(engine),
            Operations = flops.OperationsOf(engine),
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, BenchJson.Default.CountDocument);
}
