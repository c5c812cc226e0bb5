using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Families;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Verification.Engines.Exact;

/// <summary>
/// The parameters of a model, or their gradients, by the names that <see cref="ParameterSet"/> gives them, each with the error that rounding can have left in it.
/// </summary>
internal sealed class TrackedParameters
{
    private readonly Dictionary<string, Tracked> _parameters = new(StringComparer.Ordinal);

    /// <summary>None.</summary>
    public TrackedParameters()
    {
    }

    private TrackedParameters(IEnumerable<KeyValuePair<string, Tracked>> parameters) => _parameters = new(parameters, StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public IReadOnlyCollection<string> Names => _parameters.Keys;

    /// <summary>A parameter that must be there.</summary>
    public Tracked this[string name] => _parameters[name];

    /// <summary>Parameters as they are given, without error.</summary>
    public static TrackedParameters Exact(ParameterSet parameters) =>
        new(parameters.Names.Select(name => KeyValuePair.Create(name, new Tracked(parameters[name]))));

    /// <summary>Gradients of several sequences added up, and so their errors, with absolute values, since sequences may repeat; the additions round once a sequence.</summary>
    public static TrackedParameters Sum(IReadOnlyList<TrackedParameters> gradients, RoundingModel rounding)
    {
        Matrix<double> Sum(string name, Func<Tracked, Matrix<double>> part) =>
            gradients.Select(gradient => part(gradient[name])).Aggregate(static (sum, next) => sum + next);
        var share = rounding.Accumulated(gradients.Count);
        return new(gradients[0].Names.Select(name => KeyValuePair.Create(name, new Tracked(
            Sum(name, static gradient => gradient.Value),
            Sum(name, static gradient => gradient.Error!).Map2(
                (inherited, size) => rounding.Combine(inherited, share * size), Sum(name, static gradient => gradient.Value.PointwiseAbs()))))));
    }

    /// <summary>A parameter, or null where the model has none of that name.</summary>
    public Tracked? Find(string name) => _parameters.GetValueOrDefault(name);

    /// <summary>Adds to a parameter; one that is not there yet counts as zero.</summary>
    public void Add(Arithmetic arithmetic, string name, Tracked value) => _parameters[name] = arithmetic.Add(Find(name), value)!;

    /// <summary>this − η·gradient on every parameter for which <paramref name="updated"/> is true; the others are shared.</summary>
    public TrackedParameters Step(Arithmetic arithmetic, TrackedParameters gradient, double learningRate, Predicate<string> updated) =>
        new(_parameters.Select(item => !updated(item.Key) ? item : KeyValuePair.Create(
            item.Key, arithmetic.Add(item.Value, arithmetic.Scale(gradient[item.Key], TrackedScalar.Exact(-learningRate)))!)));

    /// <summary>The numbers, or their errors.</summary>
    public ParameterSet Select(Func<Tracked, Matrix<double>> part)
    {
        var selected = new ParameterSet();
        foreach (var (name, value) in _parameters)
        {
            selected.Set(name, part(value));
        }

        return selected;
    }
}
