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
    public void A_safetensors_file_cut_anywhere_in_its_numbers_is_half_written()
    {
        var path = Path.Combine(_folder, "Case.safetensors");
        SafetensorsWriter.Write(path, [new SafetensorsTensor("logits", SafetensorsDataType.F64, [3], [1.0, 2.0, 3.0])]);
        var whole = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 5, 40, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            var fault = Assert.Single(Assert.Single(AnswerFolder.Read(_folder)).Faults);
            Assert.Equal(AnswerFault.HalfWritten, fault.Fault);
        }
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

        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^30]);
        Assert.Equal(AnswerFault.HalfWritten, Assert.Single(Assert.Single(AnswerFolder.Read(_folder)).Faults).Fault);

        static string Npy(string header) => $"\u0093NUMPY\u0001\0{(char)header.Length}\0{header}";

        static void Write(ZipArchive archive, string name, string text)
        {
            using var stream = archive.CreateEntry(name).Open();
            stream.Write(Encoding.Latin1.GetBytes(text));
        }
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
