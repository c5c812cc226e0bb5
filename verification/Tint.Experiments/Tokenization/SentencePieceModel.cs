using System.Text;
using Google.Protobuf;
using Tint.Fixtures;
using Tint.Fixtures.Files;
using Tint.Reference;

namespace Tint.Experiments.Tokenization;

/// <summary>A SentencePiece model file (a protocol buffer): pieces with scores, and how text is normalised and cut.</summary>
internal sealed record SentencePieceModel
{
    private const long LongestModel = 64L << 20;
    private const int UnigramType = 1;
    private const int BytePairType = 2;

    /// <summary>The file.</summary>
    public required string Source { get; init; }

    /// <summary>The pieces; a piece's id is its place.</summary>
    public required IReadOnlyList<(string Text, double Score, SentencePieceKind Kind)> Pieces { get; init; }

    /// <summary>True: pieces are joined, the best first (BPE). False: the likeliest cut of all (unigram).</summary>
    public required bool IsBytePair { get; init; }

    /// <summary>Whether text that no piece makes becomes bytes.</summary>
    public required bool FallsBackToBytes { get; init; }

    /// <summary>Where a space is put in front of a text.</summary>
    public required SentencePiecePrefix Prefix { get; init; }

    /// <summary>Whether runs of spaces become one, and those at either end none.</summary>
    public required bool TrimsSpaces { get; init; }

    /// <summary>The rules by which characters are replaced; empty for none.</summary>
    public required byte[] Replacements { get; init; }

    /// <summary>Whether scores of a cut are kept in single precision, as SentencePiece does, or in double, as Hugging Face's library does: it decides ties.</summary>
    public bool KeepsSinglePrecision { get; init; } = true;

    /// <summary>Pairs that are joined, the smallest number first; null where the score of the piece that is made decides.</summary>
    public IReadOnlyDictionary<(string Left, string Right), int>? Merges { get; init; }

    /// <summary>The tokens that are found in the text itself.</summary>
    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    /// <summary>The ids in front of a text.</summary>
    public IReadOnlyList<int> Before { get; init; } = [];

    /// <summary>The ids behind a text.</summary>
    public IReadOnlyList<int> After { get; init; } = [];

    /// <summary>The id of the first piece of a kind and, where it is given, a text.</summary>
    public int? Id(SentencePieceKind kind, string? text = null) => Pieces.Index()
        .Where(piece => piece.Item.Kind == kind && (text is null || piece.Item.Text == text)).Select(static piece => (int?)piece.Index).FirstOrDefault();

    /// <summary>Reads a file.</summary>
    /// <exception cref="FixtureException">The file cannot be read or is no such model.</exception>
    /// <exception cref="RuleViolationException">It is a model of words or characters, or asks for what is not done here.</exception>
    public static SentencePieceModel Read(string path)
    {
        var name = Printable.Name(Path.GetFileName(path));
        try
        {
            return Parse(name, RegularFile.ReadAll(path, "a model of SentencePiece", LongestModel).ToArray());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            // A message of a protocol buffer that is broken is an IOException too.
            throw new FixtureException($"{name}: must be a model of SentencePiece", exception.Message, "fetch the file again", exception);
        }
    }

    private static SentencePieceModel Parse(string name, byte[] bytes)
    {
        var pieces = new List<(string, double, SentencePieceKind)>();
        var (trainer, normalizer) = (new Fields(), new Fields());
        foreach (var (field, value) in Fields.Of(bytes).Messages)
        {
            switch (field)
            {
                case 1:
                    var piece = Fields.Of(value);
                    pieces.Add((piece.Text(1), piece.Score, (SentencePieceKind)piece.Number(3, (long)SentencePieceKind.Normal)));
                    break;
                case 2:
                    trainer = Fields.Of(value);
                    break;
                case 3:
                    normalizer = Fields.Of(value);
                    break;
                default:
                    break;
            }
        }

        var type = trainer.Number(3, UnigramType);
        if (type is not (UnigramType or BytePairType) || trainer.Number(24, 0) != 0 || normalizer.Number(5, 1) == 0)
        {
            throw new RuleViolationException(
                $"{name}: a model of SentencePiece must be BPE or unigram with spaces written in front of words",
                type switch { 3 => "a model of words", 4 => "a model of characters", _ => "another kind of spaces" },
                "use another model");
        }

        return pieces.Count > 0
            ? new SentencePieceModel
            {
                Source = name,
                Pieces = pieces,
                IsBytePair = type == BytePairType,
                FallsBackToBytes = trainer.Number(35, 0) != 0,
                Prefix = normalizer.Number(3, 1) != 0 ? SentencePiecePrefix.Always : SentencePiecePrefix.None,
                TrimsSpaces = normalizer.Number(4, 1) != 0,
                Replacements = normalizer.Bytes(2),
            }
            : throw new FixtureException($"{name}: must be a model of SentencePiece", "a file without pieces", "fetch the file again");
    }

    /// <summary>The fields of a message, by number.</summary>
    private sealed class Fields
    {
        private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        private readonly Dictionary<int, long> _numbers = [];

        public List<(int Field, byte[] Value)> Messages { get; } = [];

        public float Score { get; private set; }

        public static Fields Of(byte[] bytes)
        {
            var (fields, input) = (new Fields(), new CodedInputStream(bytes));
            while (input.ReadTag() is var tag and not 0)
            {
                var field = WireFormat.GetTagFieldNumber(tag);
                switch (WireFormat.GetTagWireType(tag))
                {
                    case WireFormat.WireType.Varint:
                        fields._numbers[field] = input.ReadInt64();
                        break;
                    case WireFormat.WireType.LengthDelimited:
                        fields.Messages.Add((field, input.ReadBytes().ToByteArray()));
                        break;
                    case WireFormat.WireType.Fixed32 when field == 2:
                        fields.Score = input.ReadFloat();
                        break;
                    default:
                        input.SkipLastField();
                        break;
                }
            }

            return fields;
        }

        public long Number(int field, long absent) => _numbers.GetValueOrDefault(field, absent);

        public byte[] Bytes(int field) => Messages.Where(message => message.Field == field).Select(static message => message.Value).FirstOrDefault() ?? [];

        public string Text(int field) => Strict.GetString(Bytes(field));
    }
}
