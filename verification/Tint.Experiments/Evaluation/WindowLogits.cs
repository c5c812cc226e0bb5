using Tint.Fixtures.Safetensors;
using Tint.Reference.Families;

namespace Tint.Experiments.Evaluation;

/// <summary>
/// The model's own logits in safetensors, to be held against another implementation's: of every window "windows.0.tokens" [T] and "windows.0.logits" [T × V], in float64.
/// </summary>
public static class WindowLogits
{
    /// <summary>Writes them; one window's are in memory at a time, beside all parameters.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="model">The model.</param>
    /// <param name="windows">The windows.</param>
    /// <exception cref="Reference.RuleViolationException">A tensor of the checkpoint is wrong.</exception>
    public static void Write(Stream stream, LoadedModel model, IReadOnlyList<EvaluationWindow> windows)
    {
        ArgumentNullException.ThrowIfNull(model);
        SafetensorsWriter.Write(stream, "logits", windows.Index().SelectMany(window => Tensors(model, window.Index, window.Item.Tokens)));
    }

    private static IEnumerable<SafetensorsTensor> Tensors(LoadedModel model, int index, int[] tokens) =>
    [
        new($"windows.{index}.tokens", SafetensorsDataType.I64, [tokens.Length], Array.ConvertAll(tokens, static id => (long)id)),
        new(
            $"windows.{index}.logits",
            SafetensorsDataType.F64,
            [tokens.Length, model.Model.VocabularySize],
            () => model.Model.Exact(model.Parameters, new FamilyInput(tokens)).Logits.Transpose().ToColumnMajorArray()),
    ];
}
