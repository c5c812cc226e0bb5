using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Json;
using Tint.Reference;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// A model of SentencePiece in a model's folder, with what the files beside it, or the family, add: marks around a text, and tokens that stand in the text itself.
/// </summary>
internal static class SentencePieceFiles
{
    /// <summary>Tokens that were added to a model, with their ids.</summary>
    public const string AddedFile = "added_tokens.json";
    private const int UsualSentinels = 100;

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="path">The model's file.</param>
    /// <param name="isOf">Whether the folder's model is of one of some families.</param>
    /// <exception cref="FixtureException">A file cannot be read, or is no such document.</exception>
    /// <exception cref="RuleViolationException">The model is of another kind.</exception>
    public static SentencePieceModel Read(string folder, string path, Func<string, string[], bool> isOf)
    {
        var model = SentencePieceModel.Read(path);
        return model with
        {
            Added = [.. Added(folder, model, isOf(folder, ["t5"]))],
            Before = isOf(folder, ["llama", "mistral"]) ? [Mark(model, "<s>")] : [],
            After = isOf(folder, ["t5"]) ? [Mark(model, "</s>")] : [],
        };
    }

    /// <summary>As <c>tokenizer.json</c> lists them; without it, the marks of the model, what was added to it, and T5's sentinels, the last of which has the first id.</summary>
    private static IEnumerable<AddedToken> Added(string folder, SentencePieceModel model, bool isT5)
    {
        var (json, added) = (Path.Combine(folder, TokenizerJson.File), Path.Combine(folder, AddedFile));
        if (File.Exists(json))
        {
            return JsonFile.Read(json, TokenizerJson.AddedTokens);
        }

        var tokens = model.Pieces.Index().Where(static piece => piece.Item.Kind is SentencePieceKind.Control or SentencePieceKind.Unknown)
            .Select(static piece => new AddedToken(piece.Index, piece.Item.Text));
        var later = File.Exists(added) ? JsonFile.Read(added, ById) : isT5 ? Sentinels(model.Pieces.Count) : [];
        return tokens.Concat(later);
    }

    private static AddedToken[] ById(JsonElement root, string where)
    {
        var fields = new JsonFields(root, where);
        return [.. fields.Rest.ToArray().Select(content => new AddedToken(fields.Integer(content, 0), content))];
    }

    private static AddedToken[] Sentinels(int first) =>
        [.. Enumerable.Range(0, UsualSentinels).Select(index => new AddedToken(first + UsualSentinels - 1 - index, $"<extra_id_{index}>"))];

    private static int Mark(SentencePieceModel model, string text) => model.Id(SentencePieceKind.Control, text)
        ?? throw new FixtureException($"{model.Source}: the model must have the piece '{text}'", "none", "fetch the file again");
}
