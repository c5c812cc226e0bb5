using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Verification.Benchmarks;

/// <summary>An engine and what it runs on: a shape, random weights, and one random sequence, half of it trained on.</summary>
public sealed record BenchInput
{
    /// <summary>What computes.</summary>
    public required BenchEngine Engine { get; init; }

    /// <summary>The TinT; all its layers are trained.</summary>
    public required TintConfiguration Configuration { get; init; }

    /// <summary>The auxiliary model's weights.</summary>
    public required AuxiliaryWeights Weights { get; init; }

    /// <summary>The tokens.</summary>
    public required TokenSequence Sequence { get; init; }

    /// <summary>The seed of everything random.</summary>
    public required int Seed { get; init; }

    /// <summary>Where the step keeps what it needs again.</summary>
    public BenchStorage Storage { get; init; } = BenchStorage.Memory;

    /// <summary>Makes the input.</summary>
    /// <param name="engine">What will compute.</param>
    /// <param name="shape">A name of <see cref="BenchShapes"/>.</param>
    /// <param name="tokens">T; null for as many as the shape has positions.</param>
    /// <param name="layers">L; null for as many as the shape has.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="streamed">Whether layers are made one by one when they are needed.</param>
    /// <exception cref="Reference.RuleViolationException">
    /// There is no such shape, a number does not fit it, or the engine needs all layers at once.
    /// </exception>
    public static BenchInput Of(
        BenchEngine engine, string shape, int? tokens = null, int? layers = null, int seed = 1, bool streamed = false)
    {
        if (streamed && engine == BenchEngine.Exact)
        {
            throw new Reference.RuleViolationException(
                "a streamed step must not need all layers at once",
                $"the engine {BenchEngines.NameOf(engine)}",
                $"use {BenchEngines.NameOf(BenchEngine.Construction)} or {BenchEngines.NameOf(BenchEngine.Simulation)}");
        }

        var configuration = BenchShapes.Of(shape, layers);
        var auxiliary = configuration.Auxiliary;
        var length = Require.AtLeast(tokens ?? auxiliary.MaximumPositions, 2, "the number of tokens");
        if (length > auxiliary.MaximumPositions)
        {
            throw new Reference.RuleViolationException(
                "the number of tokens must be at most the positions of the shape", $"{length} for {auxiliary.MaximumPositions}", "use fewer tokens");
        }

        return new BenchInput
        {
            Engine = engine,
            Configuration = configuration,
            Weights = RandomInput.Weights(auxiliary, seed, streamed),
            Sequence = RandomInput.Sequence(auxiliary, length, seed),
            Seed = seed,
        };
    }
}
