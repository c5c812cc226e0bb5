using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Explaining.Examples;
using Tint.Explaining.Layers;
using Tint.Explaining.Texts;
using Tint.Reference.Configuration;

namespace Tint.Explaining.Walking;

/// <summary>Walks through modules.</summary>
public static class Walker
{
    /// <summary>The modules that can be walked through.</summary>
    public static IReadOnlyList<string> Modules { get; } = [.. ExampleBook.All.Select(static module => module.Name)];

    /// <summary>What a module is, in one sentence of its source.</summary>
    /// <exception cref="Reference.RuleViolationException">There is no such module.</exception>
    public static (string Label, string Summary) Introduce(string module)
    {
        var explained = ExampleBook.Named(module);
        return (explained.Label, Texts(explained).Summary);
    }

    /// <summary>What a module's source says of it; of what is asked of attention, its name in the walk-through.</summary>
    private static (string Summary, string Derivation) Texts(ExplainedModule module)
    {
        var source = SourceText.Of(module.Class);
        return module.Class == module.Name ? (source.Summary, source.Derivation) : ($"{Concordance.Row(module.Label).Title}, as {module.Class} has it.", string.Empty);
    }

    /// <summary>Walks through one.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="seed">The seed of the case's numbers; null for those made to be recognised.</param>
    /// <exception cref="Reference.RuleViolationException">There is no such module.</exception>
    public static ModuleWalk Walk(string module, int? seed = null)
    {
        var explained = ExampleBook.Named(module);
        return Walk(explained, explained.Build(new Example(seed)));
    }

    /// <summary>Walks through a module that is ready.</summary>
    internal static ModuleWalk Walk(ExplainedModule explained, BuiltExample built)
    {
        var (source, row, walkthrough) = (SourceText.Of(explained.Source), Concordance.Row(explained.Label), Walkthrough.Section(explained.Label));
        var (states, steps) = Run(built);
        var (c, namer) = (built.Configuration, NamerOf(built));
        var (summary, derivation) = Texts(explained);
        return new ModuleWalk
        {
            Module = explained.Name,
            Label = explained.Label,
            Paper = row.Paper,
            PublishedCode = row.PublishedCode,
            Summary = summary,
            Derivation = derivation,
            Claim = walkthrough,
            Formulas = [.. explained.Runs.DefaultIfEmpty(explained.Class).SelectMany(module => Walkthrough.Formulas(module, explained.Label))],
            Shape = new Dictionary<string, int>
            {
                ["D_aux"] = c.Auxiliary.HiddenSize,
                ["H_aux"] = c.Auxiliary.HeadCount,
                ["K"] = c.PrefixCount,
                ["n"] = c.RowsPerPrefix,
                ["D_sim"] = c.HiddenSize,
                ["H_sim"] = c.HeadCount,
            },
            LearningRate = c.InnerLearningRate,
            FiniteDifferenceScale = c.FiniteDifferenceScale,
            Options = Options(c),
            TrainMask = built.TrainMask,
            Inputs = [.. built.Inputs.Select(input => namer.Table(input.Name, input.Title, input.States.ToMatrix()))],
            Steps = steps,
            Outputs = [.. built.Outputs.Select(output => namer.Table(output.Layer, output.Title, states[output.Layer]))],
            Checks = LiveChecks.Of(built, [.. built.Outputs.Select(output => states[output.Layer])]),
            Coverage = CoverageOf.Module(explained),
            SourcePath = source.Path,
            Source = source.Text,
        };
    }

    private static string Options(TintConfiguration c) => string.Join(", ", new[]
    {
        c.UseSoftmax ? string.Create(CultureInfo.InvariantCulture, $"softmax attention alone, M = {c.TwinScale}") : string.Empty,
        c.Stencil == Stencil.Forward ? string.Empty : $"{c.Stencil} differences",
        c.InnerLearningRate == Example.LearningRate ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"η = {c.InnerLearningRate}"),
        c.Optimiser.IsPlain ? string.Empty : c.Optimiser.ToString(),
    }.Where(static words => words.Length > 0));

    private static Namer NamerOf(BuiltExample built) =>
        new(built.Known, built.Configuration.PrefixCount, built.Configuration.Auxiliary.HiddenSize);

    private static (Dictionary<string, Matrix<double>> States, IReadOnlyList<WalkStep> Steps) Run(BuiltExample built)
    {
        var (reader, namer) = (new LayerReader(built.Configuration, built.Form, new WeightTable(built.Tensors), built.TrainMask), NamerOf(built));
        var text = new StepText(built.Configuration.Auxiliary.HiddenSize);
        var states = built.Inputs.ToDictionary(static input => input.Name, static input => input.States.ToMatrix());
        var last = built.Layers.LastOrDefault(static layer => layer.Kind == "attention");
        var steps = new List<WalkStep>();
        foreach (var layer in built.Layers)
        {
            Matrix<double>[] inputs = [.. layer.Inputs.Select(input => states[input])];
            var (run, before) = (reader.Run(layer, inputs), inputs[0]);
            states[layer.Output] = run.Output;
            bool IsOther(bool ofPrefixes, int slot) => before.RowCount != run.Output.RowCount
                || !namer.Slot(before, ofPrefixes, slot).Equals(namer.Slot(run.Output, ofPrefixes, slot));
            steps.Add(new WalkStep
            {
                Number = steps.Count + 1,
                Kind = layer.Kind,
                Text = text.Of(layer, run, Called),
                Weights = layer.Weights.Count > 0 ? layer.Weights[0] : null,
                Matrices = Matrices.Of(run, inputs, namer, built.Configuration),
                Heads = run.Attention is { } attention ? Matrices.Heads(attention.Maps, built.Configuration) : [],
                Hand = run.Attention is { } followed ? Follow(followed, run.Output, built, ReferenceEquals(layer, last) ? built.Followed : null) : null,
                Changes = namer.Table(layer.Output, "what is new", run.Output, IsOther),
                Emptied = [.. Emptied(before, run.Output, namer)],
            });
        }

        return (states, steps);

        string Called(string name) => built.Inputs.FirstOrDefault(input => input.Name == name).Title is { } title
            ? $"what went in ({title})"
            : FormattableString.Invariant($"step {1 + built.Layers.Index().First(item => item.Item.Output == name).Index}");
    }

    private static IEnumerable<string> Emptied(Matrix<double> before, Matrix<double> after, Namer namer)
    {
        foreach (var (ofPrefixes, kind) in new[] { (true, "prefixes"), (false, "tokens") })
        {
            int[] slots =
            [
                .. Enumerable.Range(0, before.ColumnCount / namer.Slot(before, ofPrefixes, 0).ColumnCount).Where(slot =>
                    before.RowCount == after.RowCount
                    && namer.Slot(before, ofPrefixes, slot).Enumerate().Any(static value => value != 0)
                    && namer.Slot(after, ofPrefixes, slot).Enumerate().All(static value => value == 0)),
            ];
            if (slots.Length > 0)
            {
                yield return $"{(slots.Length == 1 ? "slot" : "slots")} {string.Join(", ", slots)} of {kind}";
            }
        }
    }

    /// <summary>One number by hand: the one that is asked for, else the one that most is added up to.</summary>
    private static HandSum? Follow(AttentionRun attention, Matrix<double> output, BuiltExample built, (int Row, int Coordinate)? wanted)
    {
        var width = built.Configuration.Auxiliary.HiddenSize;
        var first = attention.IsSoftmax ? built.Configuration.PrefixCount : 0;
        var (row, coordinate) = wanted is { } chosen && Traced(chosen.Row, chosen.Coordinate).Count > 0 ? chosen : Most();
        var contributions = Traced(row, coordinate);
        return contributions.Count == 0
            ? null
            : new HandSum(attention.Receiving[row], coordinate / width, coordinate % width, output[first + row, coordinate], contributions)
            {
                Linear = attention.Scores is null ? null : contributions.Sum(static part => part.Twins!.Score * part.Value),
            };

        IReadOnlyList<Contribution> Traced(int at, int column) => attention.Trace(at, column);

        (int Row, int Coordinate) Most() =>
            (from at in Enumerable.Range(0, attention.Receiving.Count)
             from column in Enumerable.Range(0, output.ColumnCount)
             select (at, column)).MaxBy(place => Traced(place.at, place.column).Count);
    }
}
