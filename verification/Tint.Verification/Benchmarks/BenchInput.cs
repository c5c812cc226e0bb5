using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Input;

namespace Tint.Verification.Benchmarks;

/// <summary>An engine and what it runs on: a shape, weights, and one random sequence, half of it trained on.</summary>
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
    public required BenchStorage Storage { get; init; }

    /// <summary>Makes the input.</summary>
    /// <param name="engine">What will compute.</param>
    /// <param name="shape">A name of <see cref="BenchShapes"/>.</param>
    /// <param name="tokens">T; null for as many as the shape has positions.</param>
    /// <param name="layers">L; null for as many as the shape has.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="streamed">Whether layers come in one by one when they are needed.</param>
    /// <param name="storage">Where the step keeps what it needs again; null for memory.</param>
    /// <param name="checkpoint">The weights, which must stay readable during the step; null for random ones.</param>
    /// <exception cref="RuleViolationException">
    /// There is no such shape, a number does not fit it, the checkpoint does not, the engine needs everything in memory, or the step cannot fit it.
    /// </exception>
    public static BenchInput Of(
        BenchEngine engine,
        string shape,
        int? tokens = null,
        int? layers = null,
        int seed = 1,
        bool streamed = false,
        BenchStorage? storage = null,
        ITensorFile? checkpoint = null) => Of(engine, BenchShapes.Of(shape, layers), tokens, seed, streamed, storage, checkpoint);

    /// <summary>Makes the input for a TinT of <see cref="BenchShapes"/>.</summary>
    /// <inheritdoc cref="Of(BenchEngine, string, int?, int?, int, bool, BenchStorage?, ITensorFile?)"/>
    /// <param name="engine">What will compute.</param>
    /// <param name="configuration">The TinT; all its layers are trained.</param>
    /// <param name="tokens">T; null for as many as the shape has positions.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="streamed">Whether layers come in one by one when they are needed.</param>
    /// <param name="storage">Where the step keeps what it needs again; null for memory.</param>
    /// <param name="checkpoint">The weights, of a model of the published code; null for random ones.</param>
    public static BenchInput Of(
        BenchEngine engine,
        TintConfiguration configuration,
        int? tokens = null,
        int seed = 1,
        bool streamed = false,
        BenchStorage? storage = null,
        ITensorFile? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        storage ??= BenchStorage.Memory;
        if (engine is (BenchEngine.Exact or BenchEngine.DeviceSimulation) && (streamed || storage.Pass != BenchStorage.Memory.Pass))
        {
            throw new RuleViolationException(
                "a step that streams must not need everything in one memory",
                $"the engine {BenchEngines.NameOf(engine)}",
                $"use {BenchEngines.NameOf(BenchEngine.Construction)} or {BenchEngines.NameOf(BenchEngine.Simulation)}");
        }

        var auxiliary = configuration.Auxiliary;
        var length = Length(configuration, tokens);
        BenchMemory.Require(engine, configuration, length, streamed, storage.Updates, storage.Activations);
        var weights = checkpoint is null ? AuxiliaryWeights.Random(auxiliary, seed, streamed: true) : HuggingFaceWeights.Stream(auxiliary, checkpoint);
        return new BenchInput
        {
            Engine = engine,
            Configuration = configuration,
            Weights = streamed ? weights : weights with { Layers = [.. weights.Layers] },
            Sequence = RandomInput.Sequence(auxiliary, length, seed),
            Seed = seed,
            Storage = storage,
        };
    }

    /// <summary>T of a step.</summary>
    /// <exception cref="RuleViolationException">The shape has fewer positions.</exception>
    internal static int Length(TintConfiguration configuration, int? tokens)
    {
        var auxiliary = configuration.Auxiliary;
        var length = Require.AtLeast(tokens ?? auxiliary.MaximumPositions, 2, "the number of tokens");
        if (length > auxiliary.MaximumPositions)
        {
            throw new RuleViolationException(
                "the number of tokens must be at most the positions of the shape", $"{length} for {auxiliary.MaximumPositions}", "use fewer tokens");
        }

        return length;
    }
}
