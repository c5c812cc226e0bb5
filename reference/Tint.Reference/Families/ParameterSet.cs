using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>
/// The parameters of a model, or anything of their shapes such as gradients, by canonical names: <c>layers.0.attention.query.weight</c>. Weights
/// are [out × in]; biases and the weights of normalisations are rows, [1 × width].
/// </summary>
public sealed class ParameterSet
{
    private readonly Dictionary<string, Matrix<double>> _parameters = new(StringComparer.Ordinal);

    /// <summary>The names, in the order in which they were added.</summary>
    public IReadOnlyCollection<string> Names => _parameters.Keys;

    /// <summary>A parameter.</summary>
    /// <exception cref="RuleViolationException">The model has none of that name.</exception>
    public Matrix<double> this[string name] => Find(name)
        ?? throw new RuleViolationException("the model must have the parameter", $"no '{name}'", "check the family and its configuration");

    /// <summary>A parameter, or null where the model has none of that name.</summary>
    public Matrix<double>? Find(string name) => _parameters.GetValueOrDefault(name);

    /// <summary>Sets a parameter.</summary>
    public void Set(string name, Matrix<double> value) => _parameters[name] = value;

    /// <summary>Adds to a parameter; one that is not there yet counts as zero.</summary>
    public void Add(string name, Matrix<double> value) =>
        _parameters[name] = _parameters.TryGetValue(name, out var sum) ? sum + value : value;

    /// <summary>A linear layer y = W x + b; b is zero where the model has none.</summary>
    public LinearParameters Linear(string place)
    {
        var weight = this[$"{place}.weight"];
        return new LinearParameters(weight, Find($"{place}.bias")?.Row(0) ?? Vector<double>.Build.Dense(weight.RowCount));
    }

    /// <summary>A normalisation's γ and β; 1 and 0 where the model has none.</summary>
    public LayerNormParameters Norm(string place, int width) => new(
        Find($"{place}.weight")?.Row(0) ?? Vector<double>.Build.Dense(width, 1),
        Find($"{place}.bias")?.Row(0) ?? Vector<double>.Build.Dense(width));

    /// <summary>this − η·gradient on every parameter for which <paramref name="updated"/> is true; the others are shared.</summary>
    /// <exception cref="RuleViolationException">The gradient lacks a parameter or has it in another shape.</exception>
    public ParameterSet Step(ParameterSet gradient, double learningRate, Predicate<string> updated)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(updated);
        var result = new ParameterSet();
        foreach (var (name, value) in _parameters)
        {
            if (updated(name))
            {
                Require.Shape(gradient[name], value.RowCount, value.ColumnCount, $"the gradient of {name}");
                result.Set(name, value - (learningRate * gradient[name]));
            }
            else
            {
                result.Set(name, value);
            }
        }

        return result;
    }
}
