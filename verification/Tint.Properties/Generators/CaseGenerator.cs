using FsCheck;
using FsCheck.Fluent;

namespace Tint.Properties.Generators;

/// <summary>Random cases for laws, each admissible, and each the same again from the same seed.</summary>
public static class CaseGenerator
{
    // The generators do not read FsCheck's size.
    private const int Size = 30;

    /// <summary>All cases.</summary>
    public static Gen<LawCase> Cases { get; } =
        from configuration in ShapeGenerator.Configurations()
        from weights in WeightGenerator.Weights(configuration.Auxiliary)
        from batch in SequenceGenerator.Batches(configuration.Auxiliary)
        let tokens = batch[0].Length
        let width = configuration.Auxiliary.HiddenSize
        from signal in WeightGenerator.Signal(tokens, width)
        from gradient in WeightGenerator.Signal(tokens, width)
        from memory in WeightGenerator.Signal(tokens, width).ArrayOf(3)
        from choice in Gen.Choose(0, int.MaxValue)
        select new LawCase
        {
            Configuration = configuration,
            Weights = weights,
            Batch = batch,
            Signal = signal,
            Gradient = gradient,
            Memory = memory,
            Choice = choice,
        };

    /// <summary>Cases with their shrinker, for a property of one's own.</summary>
    public static Arbitrary<LawCase> Arbitrary { get; } = Arb.From(Cases, CaseShrinker.Shrink);

    /// <summary>The case of a seed.</summary>
    public static LawCase FromSeed(ulong seed) => Cases.Sample(1, new Rnd(seed), Size).Single();
}
