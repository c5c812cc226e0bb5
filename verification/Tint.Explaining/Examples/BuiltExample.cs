using Tint.Reference.Configuration;
using Tint.Reference.Materialised;
using Tint.Reference.Primitives;

namespace Tint.Explaining.Examples;

/// <summary>A module ready to be walked through: states that go in, layers in order, and by what the result is judged.</summary>
internal sealed record BuiltExample
{
    /// <summary>The shape.</summary>
    public required TintConfiguration Configuration { get; init; }

    /// <summary>What attention is.</summary>
    public AttentionForm Form { get; init; } = AttentionForm.Published;

    /// <summary>m, [T].</summary>
    public required IReadOnlyList<double> TrainMask { get; init; }

    /// <summary>The states that go in: the layers' name for them, and what they are.</summary>
    public required IReadOnlyList<(string Name, string Title, HiddenStates States)> Inputs { get; init; }

    /// <summary>The layers, in order.</summary>
    public required IReadOnlyList<TransformerLayer> Layers { get; init; }

    /// <summary>What of the layers' outputs is the module's, and what it is.</summary>
    public required IReadOnlyList<(string Layer, string Title)> Outputs { get; init; }

    /// <summary>The weights.</summary>
    public required IEnumerable<WeightTensor> Tensors { get; init; }

    /// <summary>The construction's own run; an output for each of <see cref="Outputs"/>.</summary>
    public required Func<Arithmetic, IReadOnlyList<HiddenStates>> Construction { get; init; }

    /// <summary>By what slots are named.</summary>
    public required IReadOnlyList<Known> Known { get; init; }

    /// <summary>The regions that are judged.</summary>
    public required IReadOnlyList<Part> Parts { get; init; }

    /// <summary>The number that is followed by hand: row and coordinate of the last attention layer's output; null for whichever has most to add up.</summary>
    public (int Row, int Coordinate)? Followed { get; init; }
}
