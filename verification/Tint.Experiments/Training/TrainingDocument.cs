using System.Text.Json;

namespace Tint.Experiments.Training;

/// <summary>A finished training as JSON.</summary>
/// <param name="Family">The <c>model_type</c>.</param>
/// <param name="Parameters">The number of parameters.</param>
/// <param name="Tokens">The number of tokens trained on, counting those that came more than once.</param>
/// <param name="Options">How it was trained.</param>
/// <param name="Losses">The mean loss of each step.</param>
/// <param name="HeldOutLoss">The loss on text that was not trained on; null where there was none.</param>
/// <param name="HeldOutPerplexity">exp of it.</param>
public sealed record TrainingDocument(
    string Family, long Parameters, long Tokens, TrainingOptions Options, IReadOnlyList<double> Losses, double? HeldOutLoss, double? HeldOutPerplexity)
{
    /// <summary>The document of a training.</summary>
    public static TrainingDocument Of(TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new TrainingDocument(
            result.Model.ModelType,
            result.Model.Tensors().Sum(static tensor => tensor.Shape.Aggregate(1L, static (product, size) => product * size)),
            (long)result.Losses.Count * result.Options.Batch * result.Options.Window,
            result.Options,
            result.Losses,
            result.HeldOutLoss,
            result.HeldOutLoss is { } loss ? Math.Exp(loss) : null);
    }

    /// <summary>Writes the document as UTF-8.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ExperimentJson.Default.TrainingDocument);
}
