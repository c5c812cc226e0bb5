using Tint.Experiments.Classification;
using Tint.Experiments.Evaluation;
using Tint.Experiments.Tests.Support;
using Tint.Experiments.Tokenization;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Simulation;

namespace Tint.Experiments.Tests.Classification;

public sealed class ClassificationTests
{
    private static readonly LoadedModel Model = LoadedModel.Open(ShippedExperiment.ModelFolder);
    private static readonly ClassificationTemplate Toy = new("Word: ", "\nKind: ", "\nKind: ", ["@", "#"]);
    private static readonly ClassificationExample[] Demonstrations = [new("kata", 0), new("lomu", 1)];

    [Fact]
    public void A_prompt_is_the_published_text_with_masks_on_its_parts()
    {
        var prompt = ClassificationPrompt.Of(ByteVocabulary.Tokenizer, Toy, Demonstrations, "tapo", 256);
        const string text = "Word: kata\nKind: @\n\nWord: lomu\nKind: #\n\nWord: tapo\nKind: @";
        Assert.Equal(text, ByteVocabulary.Tokenizer.Decode(prompt.Ids));
        Assert.Equal(['@', '#'], prompt.Candidates);
        Assert.Equal(2, prompt.CandidateLength);
        Assert.Equal([(0, 18), (20, 38), (40, 58)], prompt.Parts);
        Assert.Equal([16, 17, 36, 37], prompt.LabelMask.Index().Where(static one => one.Item == 1).Select(static one => one.Index));
        var sequence = prompt.ToSequence(labelsOnly: true, apart: true, hasPositions: true);
        Assert.Equal(56, sequence.TrainMask.Count(static one => one == 1));
        Assert.Equal([0.0, 1, 1, 0], [sequence.IclMask![40, 39], sequence.IclMask[40, 40], sequence.IclMask[25, 20], sequence.IclMask[25, 19]]);
        Assert.Equal("\n\nWord: lomu\nKind: #\n\nWord: tapo\nKind: @", ByteVocabulary.Tokenizer.Decode(ClassificationPrompt.Of(ByteVocabulary.Tokenizer, Toy, Demonstrations, "tapo", 40).Ids));
    }

    [Fact]
    public void Positions_of_parts_that_are_kept_apart_start_again_behind_the_BOS()
    {
        var prompt = ClassificationPrompt.Of(new WithBeginning(), Toy, Demonstrations, "tapo", 256);
        Assert.Equal([(1, 19), (21, 39), (41, 59)], prompt.Parts);
        var (apart, together) = (prompt.ToSequence(labelsOnly: true, apart: true, hasPositions: true), prompt.ToSequence(labelsOnly: true, apart: false, hasPositions: true));
        Assert.Equal([0, .. Enumerable.Range(1, 20), .. Enumerable.Range(1, 20), .. Enumerable.Range(1, 18)], apart.PositionIds);
        Assert.Null(together.PositionIds);
        Assert.Null(prompt.ToSequence(labelsOnly: true, apart: true, hasPositions: false).PositionIds);

        // What separates parts sees the one before it, and every part the BOS.
        Assert.Equal([1.0, 1, 0, 1], [apart.IclMask![20, 1], apart.IclMask[41, 0], apart.IclMask[41, 40], apart.IclMask[41, 41]]);
    }

    /// <summary>The test part alone is what the model reads of it beside demonstrations that are kept apart.</summary>
    [Theory]
    [InlineData(EvaluationMethod.Published)]
    [InlineData(EvaluationMethod.Faithful)]
    public void A_test_that_is_kept_apart_is_read_as_if_it_stood_alone(EvaluationMethod method)
    {
        var prompt = ClassificationPrompt.Of(Model.Tokenizer, Toy, Demonstrations, "tapo", 256);
        var alone = ClassificationPrompt.Of(Model.Tokenizer, Toy, [], "tapo", 256);
        var engine = new SimulatedTint(MethodConfiguration.Of(method, Model.Weights.Configuration) with { SgdSteps = 0 }, Model.Weights);
        var (one, other) = (Scores(prompt), Scores(alone));
        Assert.Equal(other[0], one[0], 1e-12);
        Assert.Equal(other[1], one[1], 1e-12);

        double[] Scores(ClassificationPrompt asked) => asked.Scores(engine.Run(asked.ToSequence(labelsOnly: false, apart: true, hasPositions: true)).Logits);
    }

    [Fact]
    public void An_interrupted_classification_goes_on_from_its_journal_with_the_same_answers_and_shards_join_to_them()
    {
        using var folder = new TemporaryFolder();
        var (path, ended) = (folder.At("journal.jsonl"), 0);
        var options = Options(EvaluationMethod.Paper) with { Shots = 2, Methods = [EvaluationMethod.Vanilla, EvaluationMethod.Dynamic, EvaluationMethod.Paper], Seeds = [1, 2] };
        var tests = ToyTask.Examples(2, 4);
        ClassificationRun Run(params int[] places) => new(Model, options, Demonstrations, tests, places.Length == 0 ? null : places);
        var whole = Run().Run(null, string.Empty, 2, null, default);
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Run().Run(
            path,
            "q",
            1,
            () =>
            {
                if (++ended == 7)
                {
                    cancel.Cancel();
                }
            },
            cancel.Token));
        File.AppendAllText(path, "{\"unit\":{\"setting\":1,");
        var again = Run().Run(path, "q", 2, null, default);
        Assert.Equal(whole.Select(static one => (one.Setting, one.Seed, string.Join(' ', one.Right))), again.Select(static one => (one.Setting, one.Seed, string.Join(' ', one.Right))));
        Assert.Equal(1 + Run().Count, File.ReadAllLines(path).Length);
        var (even, odd) = (Run(0, 2).Run(null, string.Empty, 1, null, default), Run(1, 3).Run(null, string.Empty, 1, null, default));
        Assert.Equal(whole.Select(static one => string.Join(' ', one.Right)), even.Zip(odd, static (one, other) => string.Join(' ', one.Right[0], other.Right[0], one.Right[1], other.Right[1])));
        Assert.NotEqual(Run().Question("simd"), new ClassificationRun(Model, options with { Steps = 2 }, Demonstrations, tests).Question("simd"));
        Assert.Throws<RuleViolationException>(() => Run().Run(path, "another", 1, null, default));
    }

    [Fact]
    public void A_page_draws_every_method_and_setting()
    {
        var setting = new ClassificationSetting(EvaluationMethod.Paper, Calibration.Plain, true, false, 4, 0.01);
        ClassificationOutcome[] outcomes = [new(setting, 1, [true, false, true, null]), new(setting with { Rate = 0.1 }, 1, [true, true, true, true]), new(setting with { Method = EvaluationMethod.Vanilla, Rate = null }, 1, [true, false, false, false])];
        var document = new ClassificationDocument("<model>", "task", 0, 8, [1], 0, 0, false, "simd", "1/1", [0, 1, 2, 3], [], outcomes).Summarized();
        Assert.Equal((2, 2, 2), (document.Selecting, document.Reporting, document.Results.Count));
        Assert.Equal(0.0, document.Results[0].Accuracy);
        using var stream = new MemoryStream();
        ClassificationPage.Write(document, stream);
        var page = System.Text.Encoding.UTF8.GetString(stream.ToArray());
        Assert.Contains("&lt;model&gt;", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("<circle").Length - 1);
        Assert.Equal(2, page.Split("stroke-width:12").Length - 1);
        _ = System.Xml.Linq.XDocument.Parse(page[page.IndexOf("<main>", StringComparison.Ordinal)..page.IndexOf("</body>", StringComparison.Ordinal)]);
    }

    [Fact]
    public void Tasks_have_the_published_templates_and_words()
    {
        Assert.Equal("Review: fine.\nSentiment: Positive", ClassificationTask.Find("sst2").Template(0).Text(" fine. ", 1));
        Assert.Equal("fine. It was great", ClassificationTask.Find("cr").Template(2).Text("fine.", 1));
        Assert.Equal("Article: x\nWhat is the article about? Answer: $", ClassificationTask.Find("agnews").Template(1).Text("x", 2));
        Assert.Equal("x This is subjective", ClassificationTask.Find("subj").Template(0).Text("x", 1));
        Assert.Contains("use 0 to 1", Assert.Throws<RuleViolationException>(static () => ClassificationTask.Find("subj").Template(2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_with_one_last_token_are_refused() => Assert.Contains(
        "must differ in their last token",
        Assert.Throws<RuleViolationException>(static () =>
            ClassificationPrompt.Of(ByteVocabulary.Tokenizer, ClassificationTask.Find("sst2").Template(0), [], "x", 256)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Demonstrations_are_as_many_of_each_label()
    {
        var drawn = ClassificationSample.Balanced(ToyTask.Examples(1, 40), 8, 2, seed: 3);
        Assert.Equal((4, 4), (drawn.Count(static one => one.Label == 0), drawn.Count(static one => one.Label == 1)));
        Assert.Equal(drawn, ClassificationSample.Balanced(ToyTask.Examples(1, 40), 8, 2, seed: 3));
        Assert.Throws<RuleViolationException>(static () => ClassificationSample.Balanced(ToyTask.Examples(1, 40), 7, 2, 1));
        Assert.Throws<RuleViolationException>(static () => ClassificationSample.Balanced(ToyTask.Examples(1, 4), 8, 2, 1));
    }

    [Theory]
    [InlineData(EvaluationMethod.Vanilla)]
    [InlineData(EvaluationMethod.Published)]
    [InlineData(EvaluationMethod.Paper)]
    public void A_prediction_compares_candidates_at_the_position_before_the_last(EvaluationMethod method)
    {
        var options = Options(method) with { Shots = 2 };
        var outcome = Assert.Single(new ClassificationRun(Model, options, Demonstrations, [new("tapo", 0), new("nuna", 0)]).Run(null, string.Empty, 1, null, default));
        var drawn = ClassificationSample.Balanced(Demonstrations, 2, 2, 1);
        var prompt = ClassificationPrompt.Of(Model.Tokenizer, Toy, drawn, "nuna", 256);
        var logits = method == EvaluationMethod.Vanilla
            ? Model.Model.Exact(Model.Parameters, new FamilyInput(prompt.Ids)).Logits
            : new SimulatedTint(
                TintConfiguration.For(Model.Weights.Configuration) with
                {
                    InnerLearningRate = 0.01,
                    Departures = method == EvaluationMethod.Paper ? Departures.Paper : Departures.Published,
                },
                Model.Weights).Run(prompt.ToSequence(labelsOnly: true, apart: false, hasPositions: true)).Logits;
        Assert.Equal(logits[prompt.Ids.Length - 2, '@'] >= logits[prompt.Ids.Length - 2, '#'], outcome.Right[1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fine_tuning_on_words_that_the_model_never_saw_makes_them_likelier(bool published)
    {
        var prompt = ClassificationPrompt.Of(Model.Tokenizer, Toy, Demonstrations, "tapo", 256);
        var engine = new SimulatedTint(
            TintConfiguration.For(Model.Weights.Configuration) with { InnerLearningRate = 0.003, Departures = published ? Departures.Published : Departures.Paper }, Model.Weights);
        var result = engine.Run(prompt.ToSequence(labelsOnly: true, apart: false, hasPositions: true));
        Assert.All(
            prompt.Scores(result.OriginalLogits).Zip(prompt.Scores(result.Logits)),
            static pair => Assert.True(pair.Second > pair.First, $"{pair.First} to {pair.Second}"));
    }

    [Fact]
    public void Where_the_test_sees_no_demonstration_fine_tuning_is_right_and_the_model_as_it_is_is_not()
    {
        var options = Options(EvaluationMethod.Vanilla) with
        {
            Template = ToyTask.Template,
            Shots = 8,
            Seeds = [2],
            Methods = [EvaluationMethod.Vanilla, EvaluationMethod.Dynamic, EvaluationMethod.Paper],
            Apart = [true],
            DynamicRates = [0.03],
        };
        var outcomes = new ClassificationRun(Model, options, ToyTask.Examples(1, 40), ToyTask.Examples(2, 20)).Run(null, string.Empty, 2, null, default);
        double Accuracy(EvaluationMethod method) => outcomes.Single(outcome => outcome.Setting.Method == method).Right.Average(static right => right == true ? 1.0 : 0.0);
        Assert.InRange(Accuracy(EvaluationMethod.Vanilla), 0, 0.6);
        Assert.InRange(Accuracy(EvaluationMethod.Dynamic), 0.8, 1);
        Assert.InRange(Accuracy(EvaluationMethod.Paper), 0.8, 1);
    }

    [Fact]
    public void The_best_setting_is_chosen_on_some_tests_and_reported_on_others()
    {
        static ClassificationOutcome One(double rate, params bool?[] right) =>
            new(new ClassificationSetting(EvaluationMethod.Paper, Calibration.Plain, true, false, 4, rate), 1, right);
        var result = Assert.Single(ClassificationResult.Of([One(1, true, false, true, false), One(2, false, true, true, true)], static place => place % 2 == 0, static place => place % 2 == 1));
        Assert.Equal((1.0, 0.0, 1.0, 2), (result.Setting.Rate, result.Accuracy, result.SelectionAccuracy, result.Tried));
    }

    [Theory]
    [InlineData("a.jsonl", "{\"text\":\"x\",\"label\":1}\n{\"sentence\":\"y\",\"label\":\"@\"}\n")]
    [InlineData("a.tsv", "x\t1\r\ny\t@\n")]
    public void Examples_are_read_from_lines(string name, string content)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, content);
        Assert.Equal([new("x", 1), new("y", 0)], ExampleFile.Read(folder.At(name), Toy.Words));
    }

    [Theory]
    [InlineData("a.jsonl", "{\"text\":\"x\"}")]
    [InlineData("a.jsonl", "{\"label\":1}")]
    [InlineData("a.jsonl", "[1]")]
    [InlineData("a.jsonl", "x")]
    [InlineData("a.tsv", "x 1")]
    [InlineData("a.tsv", "x\t2")]
    public void A_line_that_is_no_example_is_refused(string name, string content)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, content);
        Assert.Contains("in line 1", Assert.Throws<RuleViolationException>(() => ExampleFile.Read(folder.At(name), Toy.Words)).Message, StringComparison.Ordinal);
    }

    private static ClassificationOptions Options(EvaluationMethod method) => new()
    {
        Template = Toy,
        Shots = 2,
        Seeds = [1],
        Methods = [method],
        Calibrations = [Calibration.Plain],
        LabelsOnly = [true],
        Apart = [false],
        Layers = [null],
        Rates = [0.01],
        DynamicRates = [0.1],
        Steps = 1,
        Longest = 256,
    };

    /// <summary>A byte a token behind a BOS.</summary>
    private sealed class WithBeginning : ITextTokenizer
    {
        public string Name => "bytes behind a BOS";

        public int VocabularySize => ByteVocabulary.Tokenizer.VocabularySize;

        public IReadOnlyList<int> Encode(string text) => [256, .. ByteVocabulary.Tokenizer.Encode(text)];

        public IReadOnlyList<int> EncodePlain(string text) => ByteVocabulary.Tokenizer.EncodePlain(text);

        public string Decode(IEnumerable<int> ids) => ByteVocabulary.Tokenizer.Decode(ids.Skip(1));
    }
}
