using System.Text.RegularExpressions;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Cli;

/// <summary>What the command line calls what the library names in its refusals: <c>ProviderChoice.Simd</c> is <c>--provider simd</c>.</summary>
internal static partial class OptionNames
{
    /// <summary>The same words with options in place of the library's names.</summary>
    public static string InCommandLine(string message) => LibraryName().Replace(message, match =>
        match.Groups["provider"] is { Success: true } provider ? $"--provider {provider.Value.ToLowerInvariant()}" : "--layers");

    [GeneratedRegex(
        $@"\b({nameof(ProviderChoice)}\.(?<provider>\w+)|{nameof(TintConfiguration.Auxiliary)}\.{nameof(AuxiliaryConfiguration.LayerCount)})\b")]
    private static partial Regex LibraryName();
}
