using System.Collections.Concurrent;
using Tint.Fixtures;
using Tint.Oracle.Answers;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Verification;
using Tint.Verification.Coordinates;
using Tint.Verification.Engines;
using Tint.Verification.Judging;

namespace Tint.Oracle.Judging;

/// <summary>Everything that the reference says about one case: each result, in each shape in which it may be answered, with bounds for any type.</summary>
internal sealed class CaseReference
{
    private const int NoisyRuns = 3;

    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyDictionary<string, ComputedTensor>>> _computed = new();
    private readonly Lazy<IReadOnlyList<ReferenceTensor>> _listed;
    private readonly Lazy<IReadOnlyList<ReferenceTensor>> _parts;
    private readonly Lazy<ModelReference?> _model;

    /// <summary>The reference on a case whose file is open.</summary>
    /// <param name="fixtureCase">The case.</param>
    /// <param name="tensors">Its file.</param>
    public CaseReference(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        Loaded = new LoadedCase(fixtureCase, tensors);
        Configuration = fixtureCase.IsAuxiliary ? null : Loaded.Configuration;
        _listed = new(ReadListed);
        _parts = new(() => Configuration is null || IsModel ? [] : ModuleReference.Parts(this));
        _model = new(() => Configuration is not null && IsModel ? new ModelReference(this) : null);
    }

    /// <summary>The case with what its file holds.</summary>
    public LoadedCase Loaded { get; }

    /// <summary>The case.</summary>
    public FixtureCase Case => Loaded.Case;

    /// <summary>Its file.</summary>
    public FixtureTensors Tensors => Loaded.Tensors;

    /// <summary>The TinT; null where the case is about an auxiliary model alone.</summary>
    public TintConfiguration? Configuration { get; }

    /// <summary>Whether the case is a whole model.</summary>
    public bool IsModel => Case.Module == FixtureModules.WholeModel;

    /// <summary>The results that the case lists.</summary>
    public IReadOnlyList<ReferenceTensor> Listed => _listed.Value;

    /// <summary>The parts of a module's result in natural shapes.</summary>
    public IReadOnlyList<ReferenceTensor> Parts => _parts.Value;

    /// <summary>What is known of a whole model beside the listed results; null for other cases.</summary>
    public ModelReference? Model => _model.Value;

    /// <summary>The roundoff of a type and of ours together, and that of the case's own numbers.</summary>
    public double Unit(string type) => CaseRoundoff.Unit(Case) - RoundingModel.DoubleRoundoff + Math.Max(
        NumberTypes.UnitOf(type) ?? RoundingModel.DoubleRoundoff, RoundingModel.DoubleRoundoff);

    /// <summary>What the engines compute, with bounds for numbers of a type.</summary>
    public IReadOnlyDictionary<string, ComputedTensor> Computed(string type) =>
        _computed.GetOrAdd(type, key => new(() => Compute(key))).Value;

    /// <summary>
    /// What rounding can explain in a tensor of a type, entry by entry: the derived bound, or the ceiling from measured noise where that is less, as it is
    /// where a derived bound has grown beyond use.
    /// </summary>
    public Tensor Bound(ReferenceTensor tensor, string type)
    {
        var computed = tensor.Computed(type);
        var bound = computed.Bound?.Values.ToArray() ?? new double[tensor.Value.Values.Length];
        if (computed.Noise is not { } noise)
        {
            return new Tensor(tensor.Value.Shape, bound);
        }

        var largest = 0.0;
        foreach (var value in tensor.Value.Values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        var most = ErrorCeiling.Allowance * Math.Max(Unit(type) * largest, noise(double.PositiveInfinity));
        return new Tensor(tensor.Value.Shape, Array.ConvertAll(bound, entry => entry <= most ? entry : most));
    }

    private Dictionary<string, ComputedTensor> Compute(string type)
    {
        var dataType = type == NumberTypes.Double ? Case.DataType : NumberTypes.Single;
        if (Configuration is null)
        {
            return new FamilyEngine().Compute(Case with { DataType = dataType }, Tensors).ToDictionary(
                item => item.Key, item => item.Value with { Bound = Cast(item.Value.Value, item.Value.Bound, type) }, StringComparer.Ordinal);
        }

        var unit = Unit(type);
        var values = Loaded.Construct(Arithmetic.Tracking(IsModel ? new MeanSquareRounding(unit) : new WorstCaseRounding(unit)))
            .ToDictionary(item => item.Key, item => item.Value with { Bound = Cast(item.Value.Value, item.Value.Bound, type) }, StringComparer.Ordinal);
        var noises = new Lazy<Dictionary<string, double>>(() => Noises(values, unit));
        var computed = values.ToDictionary(
            item => item.Key,
            item => item.Value.Bound is null ? item.Value : item.Value with { Noise = _ => noises.Value[item.Key] },
            StringComparer.Ordinal);
        foreach (var (name, tensor) in new ExactEngine().Compute(Case with { DataType = dataType }, Tensors))
        {
            computed[name] = tensor;
        }

        return computed;

        Dictionary<string, double> Noises(IReadOnlyDictionary<string, ComputedTensor> plain, double roundoff)
        {
            var largest = plain.Keys.ToDictionary(name => name, _ => 0.0, StringComparer.Ordinal);
            for (var seed = 0; seed < NoisyRuns; seed++)
            {
                foreach (var (name, tensor) in Loaded.Construct(Arithmetic.Perturbed(new RoundingNoise(roundoff, seed))))
                {
                    for (var i = 0; i < tensor.Value.Values.Length; i++)
                    {
                        largest[name] = Math.Max(largest[name], Math.Abs(tensor.Value.Values[i] - plain[name].Value.Values[i]));
                    }
                }
            }

            return largest;
        }
    }

    /// <summary>
    /// The room that a coarser type needs to hold a number at all, beside that of operations: an entry of the case that is handed through is rounded once
    /// where no operation rounds it.
    /// </summary>
    public static Tensor? Cast(Tensor value, Tensor? bound, string type)
    {
        if (bound is null || type == NumberTypes.Double || NumberTypes.UnitOf(type) is not { } unit)
        {
            return bound;
        }

        var room = bound.Values.ToArray();
        for (var i = 0; i < room.Length; i++)
        {
            room[i] += unit * Math.Abs(value.Values[i]);
        }

        return new Tensor(bound.Shape, room);
    }

    private ReferenceTensor[] ReadListed()
    {
        var geometry = Case.IsAuxiliary ? null : Loaded.Geometry;
        return [.. CaseTensors.InOrder(Case).Select(name =>
        {
            var value = CaseTensors.Read(Tensors, name);
            return new ReferenceTensor
            {
                Name = name,
                Kind = TensorKind.Listed,
                Value = value,
                Computed = type => Computed(type)[name],
                Paper = new(() => Model?.Paper(name)),
                Exact = new(() => Model?.Exact(name)),
                Locate = index => geometry is null ? Place.OfModel(name, index) : Place.Of(geometry, name, value.Shape, index),
            };
        })];
    }
}
