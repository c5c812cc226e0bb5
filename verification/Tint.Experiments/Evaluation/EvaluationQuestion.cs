using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tint.Experiments.Evaluation;

/// <summary>What an evaluation asks, in one line: two evaluations with one line measure the same numbers.</summary>
public static class EvaluationQuestion
{
    /// <summary>The line: digests of parameters and windows, and every setting that a measurement depends on.</summary>
    public static string Of(LoadedModel model, IReadOnlyList<EvaluationWindow> windows, EvaluationOptions options, string provider)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(options);
        using var tokens = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var window in windows)
        {
            tokens.AppendData(MemoryMarshal.AsBytes<int>(window.Tokens));
            tokens.AppendData([(byte)(window.Selects ? 1 : 0), (byte)(window.Reports ? 1 : 0)]);
        }

        return string.Join(
            "; ",
            $"parameters {ModelDigest.Of(model.Tensors)}",
            $"windows {Convert.ToHexStringLower(tokens.GetHashAndReset())}",
            $"methods {string.Join(' ', options.Methods)}",
            $"fractions {Numbers(options.Fractions)}",
            $"steps {string.Join(' ', options.Steps)}",
            $"layers {string.Join(' ', options.Layers.Select(static layers => layers?.ToString(CultureInfo.InvariantCulture) ?? "all"))}",
            $"rates {Numbers(options.Rates)}",
            $"dynamic rates {Numbers(options.DynamicRates)}",
            $"chunks {options.Chunks}",
            options.Constructs ? "construction" : "simulation",
            provider);
    }

    private static string Numbers(IEnumerable<double> numbers) => string.Join(' ', numbers.Select(static number => number.ToString("R", CultureInfo.InvariantCulture)));
}
