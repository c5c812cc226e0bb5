using Tint.Experiments.Evaluation;
using Tint.Experiments.Tests.Support;
using Tint.Experiments.Text;
using Tint.Experiments.Tokenization;
using Tint.Experiments.Training;
using Tint.Reference;

namespace Tint.Experiments.Tests.Training;

public sealed class TrainingTests
{
    private static readonly TrainingOptions Short = new() { Steps = 6, Batch = 2, Window = 24, Rate = 0.01, WarmUp = 2, Clip = 1, Seed = 5 };
    private static readonly TrainingText Text = new(
        ByteVocabulary.Tokenizer.EncodePlain(GeneratedText.Of(TextSplit.Training, 3)), [], ByteVocabulary.Files());

    public static TheoryData<string> Families => [.. TrainableConfiguration.Families];

    private static string Config(string family) => new TrainableConfiguration(family, ByteVocabulary.Size, 16, 2, 1, Short.Window).Text();

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_family_learns_and_its_folder_is_read_again(string family)
    {
        using var folder = new TemporaryFolder();
        var result = new TrainingRun(folder.At("model"), Config(family), null, Text, Short, resume: false).Run(null, 0, default);
        Assert.Equal(Short.Steps, result.Losses.Count);
        Assert.InRange(result.Losses[0], Math.Log(ByteVocabulary.Size) - 0.3, Math.Log(ByteVocabulary.Size) + 0.3);
        Assert.True(result.Losses[^1] < result.Losses[0] - 0.1, string.Join(' ', result.Losses));
        var model = LoadedModel.Open(folder.At("model"));
        Assert.Equal(ByteVocabulary.Size, model.Tokenizer.VocabularySize);
        Assert.Equal(result.Model.Tensors().SelectMany(static tensor => tensor.Places).Order(), model.Parameters.Names.Order());
    }

    [Fact]
    public void A_training_that_was_interrupted_gives_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var whole = new TrainingRun(folder.At("whole"), Config("gpt2"), null, Text, Short, resume: false).Run(null, 0, default);
        using var cancel = new CancellationTokenSource();
        var broken = new TrainingRun(folder.At("parts"), Config("gpt2"), null, Text, Short, resume: false);
        Assert.Throws<OperationCanceledException>(() => broken.Run(
            state =>
            {
                if (state.Step == 3)
                {
                    cancel.Cancel();
                }
            },
            0,
            cancel.Token));
        Assert.Equal(3, broken.Save());
        Assert.Equal(["training.safetensors"], Directory.GetFiles(folder.At("parts")).Select(Path.GetFileName));
        var resumed = new TrainingRun(folder.At("parts"), Config("gpt2"), null, Text, Short, resume: true);
        Assert.Equal(3, resumed.Done);
        Assert.Equal(whole.Losses, resumed.Run(null, 2, default).Losses);
        Assert.Contains("training is done", Refused(() => new TrainingRun(folder.At("parts"), Config("gpt2"), null, Text, Short, resume: true)), StringComparison.Ordinal);
        Assert.Contains("holds none", Refused(() => new TrainingRun(folder.At("none"), Config("gpt2"), null, Text, Short, resume: true)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("none")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.At("whole"), "model.safetensors")), File.ReadAllBytes(Path.Combine(folder.At("parts"), "model.safetensors")));
        Assert.False(File.Exists(Path.Combine(folder.At("parts"), "training.safetensors")));
    }

    [Fact]
    public void A_training_goes_on_only_with_what_it_began_with_and_overwrites_nothing()
    {
        using var folder = new TemporaryFolder();
        new TrainingRun(folder.At("model"), Config("gpt2"), null, Text, Short, resume: false).Save();
        var other = Short with { Rate = 0.02 };
        Assert.Contains("--rate 0.02", Refused(() => new TrainingRun(folder.At("model"), Config("gpt2"), null, Text, other, resume: true)), StringComparison.Ordinal);
        Assert.Contains("add --resume", Refused(() => new TrainingRun(folder.At("model"), Config("gpt2"), null, Text, Short, resume: false)), StringComparison.Ordinal);
        folder.Write("something", "there");
        Assert.Throws<Fixtures.FixtureException>(() => new TrainingRun(folder.Path, Config("gpt2"), null, Text, Short, resume: false));
    }

    [Fact]
    public void The_rate_rises_to_its_peak_and_falls_to_a_tenth()
    {
        var schedule = new LearningRateSchedule(0.1, 4, 100);
        Assert.Equal(0.02, schedule.At(0), 12);
        Assert.Equal(0.1, schedule.At(4), 12);
        Assert.Equal(0.055, schedule.At(52), 12);
        Assert.Equal(0.01, schedule.At(100), 12);
        Assert.All(Enumerable.Range(4, 96), step => Assert.True(schedule.At(step) > schedule.At(step + 1)));
    }

    [Fact]
    public void An_update_is_Adams_with_a_gradient_that_is_cut()
    {
        var (theta, gradient) = (new Tint.Reference.Families.ParameterSet(), new Tint.Reference.Families.ParameterSet());
        var build = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build;
        theta.Set("w", build.Dense(1, 2, [1, -2]));
        gradient.Set("w", build.Dense(1, 2, [3, 4]));
        var zero = new Tint.Reference.Families.ParameterSet();
        zero.Set("w", build.Dense(1, 2));
        var next = Adam.Update(new TrainingState(theta, zero, zero, []), gradient, 0.1, 2.5, Short);

        // Of norm 5, cut to (0.6, 0.8); in the first step m̂ = g and v̂ = g², so that each entry moves by η.
        Assert.Equal(0.06, next.First["w"].At(0, 0), 12);
        Assert.Equal(0.0064, next.Second["w"].At(0, 1), 12);
        Assert.Equal(0.9, next.Parameters["w"].At(0, 0), 6);
        Assert.Equal(-2.1, next.Parameters["w"].At(0, 1), 6);
        Assert.Equal([2.5], next.Losses);
    }

    private static string Refused(Func<object> action) => Assert.Throws<RuleViolationException>(action).Message;
}
