using System.Text.Json;
using System.Text.Json.Serialization;
using Tint.Mutation.Running;

namespace Tint.Mutation;

/// <summary>The JSON of a run.</summary>
public sealed record MutationDocument
{
    /// <summary>The seed of the sample; null for named mutants.</summary>
    public int? Seed { get; init; }

    /// <summary>Killed over killed and survived; null where none was tried.</summary>
    public double? Score { get; init; }

    /// <summary>The score of every folder.</summary>
    public required IReadOnlyList<FolderScore> Folders { get; init; }

    /// <summary>Every mutant that was tried.</summary>
    public required IReadOnlyList<MutantVerdict> Mutants { get; init; }

    /// <summary>The document of verdicts.</summary>
    public static MutationDocument Of(IReadOnlyList<MutantVerdict> verdicts, int? seed) => new()
    {
        Seed = seed,
        Score = FolderScore.Of("all", verdicts).Score,
        Folders = [.. verdicts.GroupBy(verdict => FolderScore.FolderOf(verdict.Mutant.File)).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => FolderScore.Of(group.Key, [.. group]))],
        Mutants = verdicts,
    };

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, MutationJson.Default.MutationDocument);

    /// <summary>The score of a folder.</summary>
    /// <param name="Folder">The folder of the sources.</param>
    /// <param name="Killed">Mutants that a check saw.</param>
    /// <param name="Survived">Mutants that none saw.</param>
    /// <param name="Stillborn">Mutants that do not compile.</param>
    public sealed record FolderScore(string Folder, int Killed, int Survived, int Stillborn)
    {
        /// <summary>Killed over killed and survived; null where none was tried.</summary>
        public double? Score => Killed + Survived == 0 ? null : (double)Killed / (Killed + Survived);

        /// <summary>The folder of a file, two names deep below the repository's parts.</summary>
        public static string FolderOf(string file)
        {
            ArgumentNullException.ThrowIfNull(file);
            var parts = file.Split('/');
            return string.Join('/', parts.Take(Math.Min(3, parts.Length - 1)));
        }

        /// <summary>The score of some verdicts.</summary>
        public static FolderScore Of(string folder, IReadOnlyList<MutantVerdict> verdicts) => new(
            folder, Count(verdicts, MutantFate.Killed), Count(verdicts, MutantFate.Survived), Count(verdicts, MutantFate.Stillborn));

        private static int Count(IReadOnlyList<MutantVerdict> verdicts, MutantFate fate) => verdicts.Count(verdict => verdict.Outcome == fate);
    }
}

/// <summary>The generated serialiser of <see cref="MutationDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(MutationDocument))]
internal sealed partial class MutationJson : JsonSerializerContext;
