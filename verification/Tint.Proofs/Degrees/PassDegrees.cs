using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;

namespace Tint.Proofs.Degrees;

/// <summary>The degrees of a whole run: its passes, read as the engines read them.</summary>
internal sealed class PassDegrees : IPassReading<Degree>
{
    private readonly TintConfiguration _configuration;
    private readonly DegreeCount _count;
    private readonly ModelPlan _plan;
    private readonly BlockDegrees[] _blocks;
    private readonly BlockDegrees _outside;
    private Degree _logits;

    private PassDegrees(TintConfiguration configuration, DegreeCount count)
    {
        (_configuration, _count, _plan) = (configuration, count, ModelPlan.Of(configuration.Auxiliary));
        _blocks = [.. _plan.Blocks.Select(_ => new BlockDegrees(count, configuration.KeepsScorePath))];
        _outside = new BlockDegrees(count, keepsScorePath: false);
    }

    /// <summary>A row of the embedding, or of the head; where a projection is multiplied into it, of degree 2.</summary>
    private Degree Table => _plan.EmbeddingWidth is null ? Degree.Unknown : Degree.Unknown * Degree.Unknown;

    /// <summary>Counts the degrees of a run.</summary>
    public static DegreeCount Of(TintConfiguration configuration)
    {
        var count = new DegreeCount(configuration);
        Pass.Run(configuration, new PassDegrees(configuration, count));
        return count;
    }

    /// <inheritdoc/>
    public Degree Embed() => _plan.Embedding is { } nodes ? _outside.Forward(nodes, Table) : Table;

    /// <inheritdoc/>
    public Degree EmbedEncoder() => Embed();

    /// <inheritdoc/>
    public Degree Forward(int layer, Degree input, bool keepMemory) => _blocks[layer].Forward(_plan.Blocks[layer], input);

    /// <inheritdoc/>
    public Degree FinalNorm(Degree input) => _plan.Final is { } nodes ? _outside.Forward(nodes, input) : input;

    /// <inheritdoc/>
    public void Encoded(Degree input, bool keepMemory)
    {
        var encoded = _plan.EncoderFinal is { } nodes ? _outside.Forward(nodes, input) : input;
        foreach (var block in _blocks)
        {
            block.Encoded = encoded;
        }
    }

    /// <inheritdoc/>
    public void Head(Degree output, int step) => _logits = _count.Compared(Table * output);

    /// <inheritdoc/>
    public Degree LossGradient(Degree output) => LossDegree.Of(_configuration, _logits, Table, _count);

    /// <inheritdoc/>
    public Degree FinalNormBackward(Degree gradient) => _plan.Final is { } nodes ? _outside.Backward(nodes, gradient) : gradient;

    /// <inheritdoc/>
    public Degree EncodedBackward()
    {
        var gradient = _blocks.Select(block => block.EncodedGradient).Aggregate(Degree.Add);
        return _plan.EncoderFinal is { } nodes ? _outside.Backward(nodes, gradient) : gradient;
    }

    /// <inheritdoc/>
    public Degree Backward(int layer, Degree gradient) => _blocks[layer].Backward(_plan.Blocks[layer], gradient);

    /// <inheritdoc/>
    public void Descended(Degree gradient)
    {
    }
}
