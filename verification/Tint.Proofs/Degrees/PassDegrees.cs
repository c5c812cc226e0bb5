using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;

namespace Tint.Proofs.Degrees;

/// <summary>The degrees of a whole run: its passes, read as the engines read them.</summary>
internal sealed class PassDegrees : IPassReading<Degree>
{
    private readonly TintConfiguration _configuration;
    private readonly DegreeCount _count;
    private readonly BlockPlan _plan;
    private readonly BlockDegrees[] _blocks;
    private Degree _finalWeight = Degree.Unknown;
    private Degree _finalNormalised;
    private Degree _finalInput;
    private Degree _logits;

    private PassDegrees(TintConfiguration configuration, DegreeCount count)
    {
        (_configuration, _count, _plan) = (configuration, count, BlockPlan.Of(configuration.Auxiliary));
        _blocks = [.. Enumerable.Range(0, configuration.Auxiliary.LayerCount).Select(_ => new BlockDegrees(count))];
    }

    /// <summary>Counts the degrees of a run.</summary>
    public static DegreeCount Of(TintConfiguration configuration)
    {
        var count = new DegreeCount();
        Pass.Run(configuration, new PassDegrees(configuration, count));
        return count;
    }

    /// <inheritdoc/>
    public Degree Embed() => Degree.Unknown;

    /// <inheritdoc/>
    public Degree Forward(int layer, Degree input, bool keepMemory) => _blocks[layer].Forward(_plan, input);

    /// <inheritdoc/>
    public Degree FinalNorm(Degree input)
    {
        (_finalInput, _finalNormalised) = (input, _count.Normalised(input));
        return DegreeCount.Linear(_finalWeight, _finalNormalised);
    }

    /// <inheritdoc/>
    public void Head(Degree output, int step) => _logits = _count.Compared(Degree.Unknown * output);

    /// <inheritdoc/>
    public Degree LossGradient(Degree output) => LossDegree.Of(_configuration.Loss, _logits, _count);

    /// <inheritdoc/>
    public Degree FinalNormBackward(Degree gradient)
    {
        var passed = _count.NormBackward(_finalWeight, gradient, _finalInput, _finalNormalised);
        _finalWeight = _count.Compared(DegreeCount.Descended(_finalWeight, gradient, _finalNormalised));
        return passed;
    }

    /// <inheritdoc/>
    public Degree Backward(int layer, Degree gradient) => _blocks[layer].Backward(_plan, gradient);

    /// <inheritdoc/>
    public void Descended(Degree gradient)
    {
    }
}
