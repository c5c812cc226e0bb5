using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Exact;

namespace Tint.Reference.Families.GptJ;

/// <summary>GPT-J as it is, and its exact gradients.</summary>
internal static class ExactGptJ
{
    public static ExactPass Run(GptJConfiguration model, ParameterSet parameters, FamilyInput input)
    {
        input.Check(model);
        var operations = new ExactOperations(parameters, input);
        var embedded = operations.Embed("embedding.tokens", input.Ids);
        var (state, layers) = (embedded.Value, new Differentiable[model.LayerCount]);
        for (var index = 0; index < layers.Length; index++)
        {
            layers[index] = Layer(model, operations, $"layers.{index}", state);
            state = layers[index].Value;
        }

        var norm = operations.Norm("final_norm", model.Epsilon, state);
        var head = operations.Head(model.IsTied ? "embedding.tokens" : "head", norm.Value, "head.bias");
        return new ExactPass(head.Value, g =>
        {
            g = norm.Pullback(head.Pullback(g));
            foreach (var layer in layers.Reverse())
            {
                g = layer.Pullback(g);
            }

            embedded.Pullback(g);
            return operations.Gradients;
        });
    }

    private static Differentiable Layer(GptJConfiguration model, ExactOperations operations, string place, Matrix<double> x)
    {
        var heads = new ExactHeads
        {
            HeadCount = model.HeadCount,
            KeyValueHeadCount = model.HeadCount,
            Scale = 1 / Math.Sqrt((double)model.HiddenSize / model.HeadCount),
        };
        var norm = operations.Norm($"{place}.norm", model.Epsilon, x);
        var attention = operations.SelfAttention($"{place}.attention", norm.Value, heads, model.Rotation);
        var mlp = operations.Mlp($"{place}.mlp", model.Activation, norm.Value);

        // forward: x + attention(norm(x)) + mlp(norm(x))
        return new Differentiable(x + attention.Value + mlp.Value, g => g + norm.Pullback(attention.Pullback(g) + mlp.Pullback(g)));
    }
}
