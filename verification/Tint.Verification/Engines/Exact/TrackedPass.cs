using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>What the nodes of one pass through a model share: how they are computed, the parameters that they read, and the gradients that they leave.</summary>
/// <param name="Arithmetic">The arithmetic.</param>
/// <param name="Operations">What backpropagation needs beside it.</param>
/// <param name="Parameters">The parameters by canonical names.</param>
/// <param name="Epsilon">eps of the normalisations.</param>
internal sealed record TrackedPass(Arithmetic Arithmetic, TrackedOperations Operations, TrackedParameters Parameters, double Epsilon)
{
    /// <summary>The gradients so far.</summary>
    public TrackedParameters Gradients { get; } = new();

    /// <summary>y = W x + b, [T × out]; b is left out where the model has none.</summary>
    public Tracked Linear(string name, Tracked x)
    {
        var product = Arithmetic.TransposeAndMultiply(x, Parameters[$"{name}.weight"]);
        return Parameters.Find($"{name}.bias") is { } bias ? Arithmetic.Add(product, TrackedOperations.Repeated(bias, x.RowCount))! : product;
    }

    /// <summary>∂x = g W, [T × in]; ∂W = gᵀx and ∂b = Σ g.</summary>
    public Tracked LinearBackward(string name, Tracked x, Tracked g)
    {
        // forward: y = W x + b
        var input = Arithmetic.Multiply(g, Parameters[$"{name}.weight"]);
        Learn($"{name}.weight", Arithmetic.TransposeThisAndMultiply(g, x));
        LearnSum($"{name}.bias", g);
        return input;
    }

    /// <summary>Adds to the gradient of a parameter.</summary>
    public void Learn(string name, Tracked gradient) => Gradients.Add(Arithmetic, name, gradient);

    /// <summary>Adds the sum over tokens to the gradient of a row, if the model has it.</summary>
    public void LearnSum(string name, Tracked tokens)
    {
        if (Parameters.Find(name) is not null)
        {
            Learn(name, TrackedOperations.Transposed(Operations.ColumnSums(tokens)));
        }
    }
}
