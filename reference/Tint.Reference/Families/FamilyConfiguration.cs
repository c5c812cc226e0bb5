using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>One model of a family, as its <c>config.json</c> describes it: what it computes, and what its checkpoint's tensors are called.</summary>
public abstract record FamilyConfiguration
{
    /// <summary>The family's <c>model_type</c>, as in "llama".</summary>
    public abstract string ModelType { get; }

    /// <summary>V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Every tensor of a checkpoint, in the order in which data flows.</summary>
    /// <remarks>A head that is tied to the token embedding is no tensor of its own.</remarks>
    public abstract IReadOnlyList<TensorName> Tensors();

    /// <summary>The exact model: logits and gradients by ordinary backpropagation.</summary>
    /// <param name="parameters">The parameters, by canonical names.</param>
    /// <param name="input">What it reads.</param>
    /// <exception cref="RuleViolationException">A parameter is missing or has another shape, or the input breaks a rule.</exception>
    public abstract ExactPass Exact(ParameterSet parameters, FamilyInput input);

    /// <summary>Reads every tensor.</summary>
    /// <param name="tensors">The tensors by the checkpoint's names.</param>
    /// <exception cref="RuleViolationException">A tensor is missing, has another shape, or holds NaN or infinity.</exception>
    public ParameterSet Import(ITensorFile tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var parameters = new ParameterSet();
        foreach (var tensor in Tensors())
        {
            var read = new Tensor(tensor.Shape, Read(tensors, tensor));
            foreach (var (place, value) in tensor.Places.Zip(tensor.Layout.Read(read, tensor.Places.Count)))
            {
                Require.Finite(value, tensor.Name);
                parameters.Set(place, value);
            }
        }

        return parameters;
    }

    /// <summary>Writes parameters, or anything of their shapes, under the checkpoint's names and in its layouts.</summary>
    /// <exception cref="RuleViolationException">A parameter is missing.</exception>
    public IReadOnlyDictionary<string, Tensor> Export(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Tensors().ToDictionary(
            tensor => tensor.Name, tensor => tensor.Layout.Write([.. tensor.Places.Select(place => parameters[place])], tensor.Shape));
    }

    private static double[] Read(ITensorFile tensors, TensorName tensor)
    {
        var shape = tensors.ShapeOf(tensor.Name) ?? throw new RuleViolationException(
            "a checkpoint must have every tensor of its model", $"no '{tensor.Name}'", $"add it, [{string.Join(" × ", tensor.Shape)}]");
        return shape.SequenceEqual(tensor.Shape.Select(static size => (long)size))
            ? tensors.Read(tensor.Name).Values.ToArray()
            : throw new RuleViolationException(
                $"'{tensor.Name}' must be [{string.Join(" × ", tensor.Shape)}]",
                $"[{string.Join(" × ", shape)}]",
                "check the checkpoint against its config.json");
    }
}
