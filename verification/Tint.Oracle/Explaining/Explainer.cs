using Tint.Fixtures;
using Tint.Oracle.Answers;
using Tint.Oracle.Judging;
using Tint.Oracle.Tracing;
using Tint.Properties.FixtureCases;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;
using Tint.Reference.Auxiliary;
using Tint.Reference.Rounding;
using Tint.Reference.Simulation;
using Tint.Verification.Engines;

namespace Tint.Oracle.Explaining;

/// <summary>
/// Looks for the mistake behind wrong answers: every mutant of the catalogue computes the case, and those whose numbers are the candidate's explain
/// them; beside them stand cheap tests of the residual.
/// </summary>
/// <remarks>An explanation must leave at most <see cref="ExplanationTest.MostRemaining"/> of the error. Answers that are right are not explained.</remarks>
internal sealed class Explainer
{
    private const int MostReported = 5;
    private const string Residual = "residual.";
    private const double SingleUnit = 1.0 / (1 << 24);

    private readonly CaseReference _reference;
    private readonly IReadOnlyDictionary<ReferenceTensor, AnswerTensor> _given;
    private readonly string _type;
    private (Suspect Mutant, IReadOnlyDictionary<string, Tensor> Results)[]? _modelMutants;

    /// <summary>An explainer of one case's answers.</summary>
    /// <param name="reference">The case.</param>
    /// <param name="given">The answers, by what they answer.</param>
    /// <param name="type">The coarsest type among them.</param>
    public Explainer(CaseReference reference, IReadOnlyDictionary<ReferenceTensor, AnswerTensor> given, string type) =>
        (_reference, _given, _type) = (reference, given, type);

    /// <summary>The judgement with explanations of its first wrong tensor, and of all answers together.</summary>
    public CaseJudgement Explain(CaseJudgement judgement)
    {
        if (judgement.First is not { Fault: AnswerFault.None, Kind: not TensorKind.Input } first
            || _reference.Configuration is null
            || _given.Keys.FirstOrDefault(tensor => tensor.Name == first.Tensor && tensor.Kind == first.Kind) is not { } wrong)
        {
            return judgement with { WasExplained = judgement.First is null };
        }

        var explanations = first is { Kind: TensorKind.Intermediate, OnOwnInputs: not { Passed: true } } && _reference.Model is not null ? OfStep(wrong) : OfTensor(wrong);
        return judgement with
        {
            WasExplained = true,
            Tensors = [.. judgement.Tensors.Select(tensor => ReferenceEquals(tensor, first) ? tensor with { Explanations = Best(explanations) } : tensor)],
            Explanations = _reference.IsModel ? Best(OfModel()) : [],
        };
    }

    /// <summary>Explanations, those that rounding separates from the numbers first, and of one name the best.</summary>
    private static Explanation[] Best(IReadOnlyCollection<Explanation> explanations) =>
    [
        .. explanations
            .Where(explanation => explanation.IsWithinRounding || !explanations.Any(other => other.IsWithinRounding || other.Remaining < explanation.Remaining / 1000))
            .OrderByDescending(explanation => explanation.IsWithinRounding)
            .ThenBy(explanation => explanation is { IsLocal: true, IsWithinRounding: true })
            .ThenBy(explanation => explanation is { IsFitted: true, IsWithinRounding: true })
            .ThenBy(explanation => explanation.Name.StartsWith(Residual, StringComparison.Ordinal))
            .ThenBy(explanation => explanation.Remaining)
            .DistinctBy(explanation => (explanation.Name, explanation.Sentence))
            .Take(MostReported),
    ];

    /// <summary>A step of a whole model, on the candidate's own inputs.</summary>
    private List<Explanation> OfStep(ReferenceTensor wrong)
    {
        var model = _reference.Model!;
        var usable = _given
            .Where(pair => pair.Key.Kind == TensorKind.Intermediate)
            .Select(pair => (pair.Key.Name, Values: AnswerForm.Fit(pair.Key, pair.Value)))
            .Where(pair => pair.Values is not null && !Array.Exists(pair.Values.Values.ToArray(), value => !double.IsFinite(value)))
            .ToDictionary(pair => pair.Name, pair => pair.Values!);
        var walk = model.Walk(given: (name, sequence) => usable.TryGetValue(name, out var own) ? ModelAnswers.Matrix(own, sequence) : null);
        TraceStep[] pieces = [.. walk.Where(step => step.Name == wrong.Name)];
        var unit = _reference.Unit(_type);
        var bounded = new ReferenceModules(model.Configuration, new WorstCaseRounding(unit));
        var reference = ModelReference.Assemble(pieces, step => step.Value);
        var before = pieces[0].Before is null ? null : ModelReference.Assemble(pieces, step => step.Before!);
        var facts = Facts();
        var test = Test(usable[wrong.Name], reference, ModelReference.Assemble(pieces, step => step.Bound(bounded, unit).Bound), before, facts);
        var found = new List<Explanation>();
        if (pieces.All(piece => piece.Again is not null))
        {
            foreach (var (mutant, tint) in Mutants())
            {
                Add(found, () => test.Try(
                    mutant.Name, mutant.Fault, ModelReference.Assemble(pieces, step => step.Again!(tint, model.Configuration)), mutant.Models));
            }

            foreach (var (name, sentence, other) in ConfigurationMistakes.Of(model.Configuration))
            {
                Add(found, () => test.Try(name, sentence, ModelReference.Assemble(pieces, step => step.Again!(new SimulationTint(), other))));
            }
        }

        if (pieces.All(piece => piece.Within is not null))
        {
            foreach (var (mutant, tint) in Mutants())
            {
                Add(found, () => test.Try(
                    mutant.Name, mutant.Fault, ModelReference.Assemble(pieces, step => step.Within!(tint, model.Configuration)), mutant.Models));
            }
        }

        for (var mistake = 0; mistake < pieces.Min(piece => piece.Mistakes.Count); mistake++)
        {
            var at = mistake;
            Add(found, () => test.Try(
                pieces[0].Mistakes[at].Name, pieces[0].Mistakes[at].Sentence, ModelReference.Assemble(pieces, step => step.Mistakes[at].Value())));
        }

        var step = new WrongStep(test, pieces, walk, Before(walk, pieces, usable));
        AddAll(found, () => new Combinations(step, model.Configuration).Run());
        found.AddRange(ResidualTests.Run(test, usable[wrong.Name], reference, before, facts));
        if (!found.Exists(explanation => explanation is { IsWithinRounding: true, IsLocal: false } && !explanation.Name.StartsWith(Residual, StringComparison.Ordinal)))
        {
            AddAll(found, () => new Scalars(step).Run());
            AddAll(found, () => new Substitutions(step).Run());
            AddAll(found, () => new LayerSubstitutions(step).Run());
            AddAll(found, () => new TokenSubstitutions(step).Run());
            Add(found, new Rearrangement(step).Find);
        }

        if (found.Count == 0)
        {
            AddAll(found, () => new Precisions(step).Run(_type, reference));
        }

        if (found.Count == 0)
        {
            AddAll(found, () => Structures.Run(test, before));
        }

        if (found.Count == 0)
        {
            Add(found, new Combinations(step, model.Configuration).ByRow);
        }

        if (found.Count == 0 && _type == NumberTypes.Double)
        {
            var single = new ReferenceModules(model.Configuration, new WorstCaseRounding(SingleUnit));
            Add(found, () => test.TryRounding(
                "residual.single-precision",
                "Rounding to single precision explains the error.",
                ModelReference.Assemble(pieces, step => step.Bound(single, SingleUnit).Bound)));
        }

        return found;
    }

    private static ExplanationTest Test(Tensor yours, Tensor reference, Tensor bound, Tensor? before, ResidualFacts facts) =>
        new(yours, reference, bound, new WrongPlace(yours, reference, bound, before is not null, facts));

    /// <summary>What each sequence has computed before the wrong step, in the candidate's own numbers where it gave them.</summary>
    private static List<(TraceStep Step, MathNet.Numerics.LinearAlgebra.Matrix<double> Value)> Before(
        IReadOnlyList<TraceStep> walk, IReadOnlyList<TraceStep> pieces, Dictionary<string, Tensor> usable)
    {
        var first = pieces.GroupBy(piece => piece.Sequence).ToDictionary(group => group.Key, group => group.First());
        var reached = new HashSet<int>();
        var before = new List<(TraceStep, MathNet.Numerics.LinearAlgebra.Matrix<double>)>();
        foreach (var step in walk)
        {
            if (ReferenceEquals(first.GetValueOrDefault(step.Sequence), step))
            {
                reached.Add(step.Sequence);
            }

            if (!reached.Contains(step.Sequence))
            {
                before.Add((step, usable.TryGetValue(step.Name, out var own)
                    ? ModelAnswers.Matrix(own, step.Sequence).SubMatrix(step.Row, step.Value.RowCount, step.Column, step.Value.ColumnCount)
                    : step.Value));
            }
        }

        return before;
    }

    /// <summary>A tensor as it is answered.</summary>
    private List<Explanation> OfTensor(ReferenceTensor wrong)
    {
        var yours = AnswerForm.Fit(wrong, _given[wrong])!;
        var facts = Facts();
        var found = new List<Explanation>();
        var test = Test(yours, wrong.Value, _reference.Bound(wrong, _type), wrong.Before, facts);
        if (wrong.Kind != TensorKind.Intermediate && !wrong.Name.StartsWith("constructed.", StringComparison.Ordinal))
        {
            foreach (var (mutant, results) in _reference.IsModel ? ModelMutants() : ModuleMutants())
            {
                if (results.TryGetValue(wrong.Name, out var mistaken))
                {
                    Add(found, () => test.Try(mutant.Name, mutant.Sentence, mistaken, mutant.Models));
                }
            }
        }

        found.AddRange(ResidualTests.Run(test, yours, wrong.Value, wrong.Before, facts));
        if (found.Count == 0)
        {
            AddAll(found, () => Structures.Run(test, wrong.Before));
        }

        return found;
    }

    /// <summary>All listed answers of a whole model together: what explains every one of them.</summary>
    private List<Explanation> OfModel()
    {
        var answers = _given
            .Where(pair => pair.Key.Kind == TensorKind.Listed && !pair.Key.Name.Contains(".trace.", StringComparison.Ordinal) && !Verification.CaseTensors.IsTrue(pair.Key.Name))
            .Select(pair => (Tensor: pair.Key, Values: AnswerForm.Fit(pair.Key, pair.Value)))
            .Where(pair => pair.Values is not null)
            .ToArray();
        var bounds = answers.ToDictionary(answer => answer.Tensor, answer => _reference.Bound(answer.Tensor, _type));
        var found = new List<Explanation>();
        foreach (var (mutant, results) in ModelMutants())
        {
            var (all, error, left) = (true, 0.0, 0.0);
            foreach (var (tensor, values) in answers)
            {
                if (!results.TryGetValue(tensor.Name, out var mistaken) || !mistaken.Shape.SequenceEqual(values!.Shape))
                {
                    all = false;
                    break;
                }

                var bound = bounds[tensor];
                for (var i = 0; i < bound.Values.Length; i++)
                {
                    var rest = Math.Abs(values.Values[i] - mistaken.Values[i]);
                    all &= rest <= bound.Values[i] * 4;
                    left = Math.Max(left, rest);
                    error = Math.Max(error, Math.Abs(values.Values[i] - tensor.Value.Values[i]));
                }
            }

            if (all && left < error / 2)
            {
                found.Add(new Explanation(mutant.Name, mutant.Sentence, left / error, IsWithinRounding: true) { Models = mutant.Models });
            }
        }

        return found;
    }

    private (Suspect Mutant, IReadOnlyDictionary<string, Tensor> Results)[] ModelMutants()
    {
        if (_modelMutants is not null)
        {
            return _modelMutants;
        }

        var (model, correct) = (_reference.Model!, new SimulationTint());
        return _modelMutants = Each(
        [
            .. Mutants().Select(item => (Suspect.Of(item.Mutant), Run(() => item.Tint.Run(model.Configuration, model.Weights, model.Batch)))),
            .. ConfigurationMistakes.Of(model.Configuration).Select(item => (
                new Suspect(item.Name, item.Sentence, null), Run(() => correct.Run(item.Configuration, model.Weights with { Configuration = item.Configuration.Auxiliary }, model.Batch)))),
            .. ConfigurationMistakes.Of(model.Weights).Select(item => (
                new Suspect(item.Name, item.Sentence, null), Run(() => correct.Run(model.Configuration, item.Weights, model.Batch)))),
        ]);

        static Func<IReadOnlyDictionary<string, Tensor>> Run(Func<TintOutcome> outcome) => () => ModelReference.Results(outcome());
    }

    private (Suspect Mutant, IReadOnlyDictionary<string, Tensor> Results)[] ModuleMutants()
    {
        var correct = new Known(_reference.Computed(NumberTypes.Double));
        var regions = _reference.Loaded.Regions;
        return Each(
        [
            .. Mutants().Select(item => (Suspect.Of(item.Mutant), new Func<IReadOnlyDictionary<string, Tensor>>(() =>
            {
                var answers = new TintCaseEngine(item.Tint, correct).Compute(_reference.Case, _reference.Tensors);
                return answers.TryGetValue("expected.hidden_states", out var states)
                    ? regions.ToDictionary(region => PartNames.Of(region.Name), region => ModuleReference.Natural(region, states.Value, _reference.Configuration!))
                        .Append(new("expected.hidden_states", states.Value)).ToDictionary()
                    : new Dictionary<string, Tensor>();
            }))),
            .. ConfigurationMistakes.Of(_reference.Configuration!).Select(item => (
                new Suspect(item.Name, item.Sentence, null), new Func<IReadOnlyDictionary<string, Tensor>>(() => ModuleReference.Simulated(_reference, item.Configuration)))),
        ]);
    }

    private static (Suspect Mutant, IReadOnlyDictionary<string, Tensor> Results)[] Each(
        IReadOnlyList<(Suspect Suspect, Func<IReadOnlyDictionary<string, Tensor>> Run)> suspects)
    {
        var results = new IReadOnlyDictionary<string, Tensor>?[suspects.Count];
        Parallel.For(0, suspects.Count, index =>
        {
            try
            {
                results[index] = suspects[index].Run();
            }
            catch (Exception exception) when (Tint.Verification.Complaint.IsExpected(exception) || exception is ArgumentException)
            {
                // A fault that this case does not admit, or that leaves the finite numbers, explains nothing here.
            }
        });
        return [.. suspects.Zip(results).Where(item => item.Second is not null).Select(item => (item.First.Suspect, item.Second!))];
    }

    private static IEnumerable<(Mutant Mutant, ITint Tint)> Mutants() =>
        MutantCatalogue.All.Select(mutant => (mutant, mutant.Apply(new SimulationTint())));

    private static void Add(List<Explanation> found, Func<Explanation?> test)
    {
        try
        {
            if (test() is { } explanation)
            {
                found.Add(explanation);
            }
        }
        catch (Exception exception) when (Tint.Verification.Complaint.IsExpected(exception) || exception is ArgumentException)
        {
            // As above: the fault cannot be computed here.
        }
    }

    private static void AddAll(List<Explanation> found, Func<IEnumerable<Explanation?>> tests) => Add(found, () =>
    {
        foreach (var explanation in tests())
        {
            Add(found, () => explanation);
        }

        return null;
    });

    private ResidualFacts Facts()
    {
        var (configuration, tensors) = (_reference.Configuration!, _reference.Tensors);
        var mask = tensors.HasInput("train_mask") ? tensors.Input("train_mask") : null;
        var tokens = _reference.IsModel
            ? tensors.Input("input_ids").Shape[1]
            : tensors.Input("hidden_states").Shape[1] - configuration.PrefixCount;
        return new ResidualFacts(
            SimulatedGate.Factor(configuration),
            configuration.Auxiliary.MlpChunkCount,
            configuration.Auxiliary.HeadCount,
            configuration.Auxiliary.HiddenSize,
            tokens,
            mask is null ? null : [.. mask.Values.Chunk(mask.Shape[1]).Select(row => row.Sum())],
            configuration.InnerLearningRate,
            configuration.FiniteDifferenceScale);
    }

    /// <summary>What is already computed, as an engine.</summary>
    private sealed class Known(IReadOnlyDictionary<string, ComputedTensor> computed) : ICaseEngine
    {
        public string Name => "construction";

        public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors) => computed
            .Where(item => !item.Key.StartsWith(Verification.CaseTensors.TruePrefix, StringComparison.Ordinal))
            .ToDictionary(item => item.Key, item => item.Value);
    }
}
