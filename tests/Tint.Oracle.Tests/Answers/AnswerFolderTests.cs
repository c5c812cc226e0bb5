using System.IO.Compression;
using System.Text;
using Tint.Fixtures.Safetensors;
using Tint.Oracle.Answers;
using Tint.Reference;

namespace Tint.Oracle.Tests.Answers;

public sealed class AnswerFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tint-answers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_safetensors_file_cut_anywhere_is_half_written_and_one_that_goes_on_is_refused()
    {
        var path = Path.Combine(_folder, "Case.safetensors");
        SafetensorsWriter.Write(path, [new SafetensorsTensor("logits", SafetensorsDataType.F64, [3], [1.0, 2.0, 3.0]), new SafetensorsTensor("loss", SafetensorsDataType.F32, [1], [1.0])]);
        AssertCutsAndTail(path);
    }

    [Fact]
    public void A_type_that_is_not_decoded_is_told_as_a_wrong_type()
    {
        var path = Path.Combine(_folder, "Case.safetensors");
        SafetensorsWriter.Write(path, [new SafetensorsTensor("logits", SafetensorsDataType.I64, [2], [1L, 2L])]);
        Assert.Equal("int64", Assert.Single(Assert.Single(AnswerFolder.Read(_folder)).Tensors).Type);
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(File.ReadAllBytes(path)).Replace("\"I64\"", "\"C64\"", StringComparison.Ordinal)));
        var fault = Assert.Single(Assert.Single(AnswerFolder.Read(_folder)).Faults);
        Assert.Equal(("logits", AnswerFault.WrongType), (fault.Name, fault.Fault));
        Assert.Contains("float16 or bfloat16", fault.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_archive_is_told_from_one_that_is_cut()
    {
        File.WriteAllText(Path.Combine(_folder, "Case.npz"), "these are no numbers");
        var fault = Assert.Single(Assert.Single(AnswerFolder.Read(_folder)).Faults);
        Assert.Equal(AnswerFault.Unreadable, fault.Fault);
        Assert.Contains("PK", fault.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_archive_is_half_written_and_a_broken_entry_is_told_beside_whole_ones()
    {
        var path = Path.Combine(_folder, "Case.npz");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Write(archive, "good.npy", Npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n") + new string('\0', 8));
            Write(archive, "bad.npy", "\u0093NUMPY");
        }

        var answers = Assert.Single(AnswerFolder.Read(_folder));
        Assert.Equal(("bad", AnswerFault.HalfWritten), (answers.Faults[0].Name, answers.Faults[0].Fault));
        Assert.Equal("good", Assert.Single(answers.Tensors).Name);

        AssertCutsAndTail(path);

        static string Npy(string header) => $"\u0093NUMPY\u0001\0{(char)header.Length}\0{header}";

        static void Write(ZipArchive archive, string name, string text)
        {
            using var stream = archive.CreateEntry(name).Open();
            stream.Write(Encoding.Latin1.GetBytes(text));
        }
    }

    /// <summary>Every cut of a whole file is half-written, and a byte behind its end is not passed over.</summary>
    private void AssertCutsAndTail(string path)
    {
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var answers = Assert.Single(AnswerFolder.Read(_folder));
            Assert.Equal((length, AnswerFault.HalfWritten), (length, Assert.Single(answers.Faults).Fault));
            Assert.Empty(answers.Tensors);
        }

        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.Equal(AnswerFault.Unreadable, Assert.Single(Assert.Single(AnswerFolder.Read(_folder)).Faults).Fault);
    }

    [Fact]
    public void A_case_answered_twice_an_empty_folder_and_a_file_are_refused()
    {
        Assert.Throws<RuleViolationException>(() => AnswerFolder.Read(_folder));
        File.WriteAllText(Path.Combine(_folder, "Case.npz"), "x");
        File.WriteAllText(Path.Combine(_folder, "Case.safetensors"), "x");
        Assert.Contains("once", Assert.Throws<RuleViolationException>(() => AnswerFolder.Read(_folder)).Message, StringComparison.Ordinal);
        Assert.Contains("the file", Assert.Throws<RuleViolationException>(() => AnswerFolder.Read(Path.Combine(_folder, "Case.npz"))).Message, StringComparison.Ordinal);
    }
}
