using Tint.Reference;

namespace Tint.Experiments.Evaluation;

/// <summary>How much memory a window takes while it is evaluated, and how many windows may be at once within what is stated.</summary>
/// <remarks>
/// An estimate from above: float64 everywhere; four matrices of logits; the parameters twice more (updated ones and their gradient), six times for the construction;
/// twenty-four widths a token and a matrix of scores a head for every layer, and three more of these for the layer at work. GPT-2 small at 1024 tokens took 7.2 GiB of
/// the 8.3 that this says.
/// </remarks>
public sealed record EvaluationMemory(long BytesAtRest, long BytesPerWindow)
{
    private const double Gibi = 1L << 30;

    /// <summary>The estimate.</summary>
    public static EvaluationMemory Of(LoadedModel model, int window, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var parameters = model.Model.Tensors().Sum(static tensor => tensor.Shape.Aggregate(1.0, static (product, size) => product * size));
        var (layers, width, heads) = (model.Model.Blocks().Count, model.Model.HiddenSize, model.Model.HeadCount);
        double tokens = window;
        double tables = model.Model.VocabularySize * (double)width * (model.Model.IsTied ? 1 : 2);
        var logits = 4 * tokens * model.Model.VocabularySize;
        var activations = (layers * 24 * tokens * width) + ((layers + 3) * heads * tokens * tokens);
        return new EvaluationMemory(
            (long)(8 * (options.Streams ? tables : parameters)),
            (long)(8 * (logits + activations + (parameters * (options.Constructs ? 6 : 2)))));
    }

    /// <summary>How many windows fit beside each other, at most as many as there are processors.</summary>
    /// <param name="stated">The memory that may be used, in GiB.</param>
    /// <exception cref="RuleViolationException">Not one window fits.</exception>
    public int Windows(double stated)
    {
        var fit = Math.Floor(((stated * Gibi) - BytesAtRest) / BytesPerWindow);
        return fit >= 1
            ? (int)Math.Min(fit, Environment.ProcessorCount)
            : throw new RuleViolationException(
                "one window must fit into --memory",
                FormattableString.Invariant($"{stated:0.##} GiB for about {(BytesAtRest + BytesPerWindow) / Gibi:0.##} GiB"),
                "state more, or use a shorter --window");
    }
}
