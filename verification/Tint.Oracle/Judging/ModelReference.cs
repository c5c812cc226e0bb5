using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Tracing;
using Tint.Properties.Implementations;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Verification.Engines;
using Tint.Verification.Judging;

namespace Tint.Oracle.Judging;

/// <summary>A whole model beside its listed results: every named intermediate, the paper's intent, the exact gradient.</summary>
internal sealed class ModelReference
{
    private const int NoisyRuns = 3;

    private readonly CaseReference _case;
    private readonly Lazy<IReadOnlyList<ReferenceTensor>> _intermediates;
    private readonly Lazy<IReadOnlyDictionary<string, Tensor>> _paper;
    private readonly Lazy<IReadOnlyDictionary<string, Tensor>> _exact;
    private readonly Dictionary<string, Dictionary<string, double>> _noises = [];

    /// <summary>The model of a case.</summary>
    public ModelReference(CaseReference reference)
    {
        _case = reference;
        Configuration = reference.Configuration!;
        Weights = reference.Loaded.Weights;
        Batch = reference.Loaded.Batch;
        _intermediates = new(ReadIntermediates);
        _paper = new(() => Results(new SimulationTint().Run(Configuration with { Departures = Departures.Paper }, Weights, Batch)));
        _exact = new(() =>
        {
            if (Family is not null && (Configuration.Loss != LossKind.CrossEntropy || Batch.Any(sequence => sequence.IclMask is not null)))
            {
                // What the family's own model does not learn by, or cannot hide, has no exact counterpart.
                return new Dictionary<string, Tensor>();
            }

            TintEngine exact = Family is null ? new ExactTint(Configuration, Weights) : new ExactFamilyTint(Configuration, Family, Weights);
            var result = exact.Run(Batch);
            return Results(new TintOutcome(
                [.. result.Sequences.Select(sequence => new TintOutcome.OfSequence(sequence.OriginalLogits, sequence.Logits, sequence.UpdatedWeights))],
                result.OriginalLoss,
                result.FinalLoss));
        });
    }

    /// <summary>The TinT.</summary>
    public TintConfiguration Configuration { get; }

    /// <summary>The auxiliary model of another architecture than the published code's; null for one of these.</summary>
    public FamilyConfiguration? Family => (Configuration.Auxiliary.Architecture as ModelPlan)?.Model as FamilyConfiguration;

    /// <summary>The auxiliary weights.</summary>
    public AuxiliaryWeights Weights { get; }

    /// <summary>The sequences.</summary>
    public IReadOnlyList<TokenSequence> Batch { get; }

    /// <summary>Every named intermediate, in the order in which data flows.</summary>
    public IReadOnlyList<ReferenceTensor> Intermediates => _intermediates.Value;

    /// <summary>A listed result by the paper's intent; null where it has none.</summary>
    public Tensor? Paper(string name) => _paper.Value.GetValueOrDefault(name);

    /// <summary>A listed result after exact gradients; null where there is none.</summary>
    public Tensor? Exact(string name) => _exact.Value.GetValueOrDefault(name);

    /// <summary>The walk through the model on the reference's own numbers or, where given, on a candidate's.</summary>
    public IReadOnlyList<TraceStep> Walk(ITintModules? modules = null, Func<string, int, Matrix<double>?>? given = null, TintConfiguration? configuration = null)
    {
        return TracedTint.Walk(configuration ?? Configuration, Weights, Batch, given, modules).Steps;
    }

    /// <summary>Every module that runs, the chunks of the MLP one by one.</summary>
    public IReadOnlyList<TraceStep> Modules()
    {
        var (steps, summands) = TracedTint.Walk(Configuration, Weights, Batch);
        return [.. steps, .. summands];
    }

    /// <summary>An implementation's results by the names of files.</summary>
    public static IReadOnlyDictionary<string, Tensor> Results(TintOutcome outcome)
    {
        var results = new Dictionary<string, Tensor>
        {
            ["expected.original_logits"] = Tensor.Stack([.. outcome.Sequences.Select(sequence => sequence.OriginalLogits)]),
            ["expected.logits"] = Tensor.Stack([.. outcome.Sequences.Select(sequence => sequence.Logits)]),
        };
        if (outcome is { OriginalLoss: { } original, FinalLoss: { } final })
        {
            results["expected.original_loss"] = new Tensor([1], [original]);
            results["expected.final_loss"] = new Tensor([1], [final]);
        }

        return results;
    }

    /// <summary>The steps of one walk as whole tensors, by name in the order in which data flows.</summary>
    public static IReadOnlyList<(string Name, Tensor Value, IReadOnlyList<TraceStep> Steps)> Stacked(IReadOnlyList<TraceStep> steps, Func<TraceStep, Matrix<double>> part)
    {
        var order = steps.Select(step => step.Name).Distinct().ToArray();
        var byName = steps.ToLookup(step => step.Name);
        return [.. order.Select(name => (name, Assemble([.. byName[name]], part), (IReadOnlyList<TraceStep>)[.. byName[name]]))];
    }

    /// <summary>The pieces of one intermediate, of all sequences, as one tensor.</summary>
    public static Tensor Assemble(IReadOnlyList<TraceStep> pieces, Func<TraceStep, Matrix<double>> part)
    {
        var sequences = pieces.GroupBy(piece => piece.Sequence).OrderBy(group => group.Key).Select(group =>
        {
            TraceStep[] own = [.. group];
            if (own.Length == 1)
            {
                return part(own[0]);
            }

            var whole = Matrix<double>.Build.Dense(
                own.Max(piece => piece.Row + piece.Value.RowCount), own.Max(piece => piece.Column + piece.Value.ColumnCount));
            foreach (var piece in own)
            {
                whole.SetSubMatrix(piece.Row, piece.Column, part(piece));
            }

            return whole;
        }).ToArray();
        var stacked = Tensor.Stack(sequences);
        return pieces[0].IsVector ? new Tensor([stacked.Shape[0], stacked.Shape[2]], stacked.Values.ToArray()) : stacked;
    }

    private ReferenceTensor[] ReadIntermediates()
    {
        var steps = Stacked(Walk(), step => step.Value);
        var paper = new Lazy<Dictionary<string, Tensor>>(() => Stacked(Walk(configuration: Configuration with { Departures = Departures.Paper }), step => step.Value)
            .ToDictionary(item => item.Name, item => item.Value));
        return [.. steps.Select((item, index) => new ReferenceTensor
        {
            Name = item.Name,
            Kind = TensorKind.Intermediate,
            Value = item.Value,
            Computed = type => Bounded(item.Name, item.Value, type),
            Paper = new(() => paper.Value.TryGetValue(item.Name, out var value) && value.Shape.SequenceEqual(item.Value.Shape) ? value : null),
            Before = item.Steps[0].Before is null ? null : Assemble(item.Steps, step => step.Before!),
            Locate = at => IntermediatePlace.Of(item.Name, item.Steps[0].Module, at),
            Order = index,
        })];
    }

    /// <summary>An intermediate with the room that its measured noise leaves, as <see cref="ErrorCeiling"/> derives it.</summary>
    private ComputedTensor Bounded(string name, Tensor value, string type)
    {
        var unit = _case.Unit(type);
        var largest = 0.0;
        foreach (var entry in value.Values)
        {
            largest = Math.Max(largest, Math.Abs(entry));
        }

        var allowed = ErrorCeiling.Allowance * Math.Max(unit * largest, Noise(type)[name]);
        var bound = new double[value.Values.Length];
        Array.Fill(bound, allowed);
        return new ComputedTensor(value, new Tensor(value.Shape, bound));
    }

    private Dictionary<string, double> Noise(string type)
    {
        lock (_noises)
        {
            if (_noises.TryGetValue(type, out var known))
            {
                return known;
            }

            var plain = Walk();
            var largest = new Dictionary<string, double>(StringComparer.Ordinal);
            for (var seed = 0; seed < NoisyRuns; seed++)
            {
                var arithmetic = Arithmetic.Perturbed(new RoundingNoise(_case.Unit(type), seed));
                var noisy = TracedTint.Walk(Configuration, Weights, Batch, arithmetic: arithmetic).Steps;
                for (var i = 0; i < plain.Count; i++)
                {
                    var moved = (noisy[i].Value - plain[i].Value).Enumerate().Max(Math.Abs);
                    largest[plain[i].Name] = Math.Max(largest.GetValueOrDefault(plain[i].Name), moved);
                }
            }

            return _noises[type] = largest;
        }
    }
}
