using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Exact;

namespace Tint.Reference.Families.GptNeoX;

/// <summary>GPT-NeoX as it is, and its exact gradients.</summary>
internal static class ExactGptNeoX
{
    public static ExactPass Run(GptNeoXConfiguration model, ParameterSet parameters, FamilyInput input)
    {
        input.Check(model);
        var operations = new ExactOperations(parameters, input);
        var embedded = operations.Embed("embedding.tokens", input.Ids);
        var (state, layers) = (embedded.Value, new Differentiable[model.LayerCount]);
        for (var index = 0; index < layers.Length; index++)
        {
            layers[index] = model.IsParallel
                ? ParallelLayer(model, operations, $"layers.{index}", state)
                : SequentialLayer(model, operations, $"layers.{index}", state);
            state = layers[index].Value;
        }

        var norm = operations.Norm("final_norm", model.Epsilon, state);
        var head = operations.Linear(model.IsTied ? "embedding.tokens" : "head", norm.Value);
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

    private static Differentiable ParallelLayer(GptNeoXConfiguration model, ExactOperations operations, string place, Matrix<double> x)
    {
        var attentionNorm = operations.Norm($"{place}.attention.norm", model.Epsilon, x);
        var attention = operations.SelfAttention($"{place}.attention", attentionNorm.Value, Heads(model), model.Rotation);
        var mlpNorm = operations.Norm($"{place}.mlp.norm", model.Epsilon, x);
        var mlp = operations.Mlp($"{place}.mlp", model.Activation, mlpNorm.Value);

        // forward: x + attention(attentionNorm(x)) + mlp(mlpNorm(x))
        return new Differentiable(
            x + attention.Value + mlp.Value,
            g => g + attentionNorm.Pullback(attention.Pullback(g)) + mlpNorm.Pullback(mlp.Pullback(g)));
    }

    private static Differentiable SequentialLayer(GptNeoXConfiguration model, ExactOperations operations, string place, Matrix<double> x)
    {
        var attentionNorm = operations.Norm($"{place}.attention.norm", model.Epsilon, x);
        var attention = operations.SelfAttention($"{place}.attention", attentionNorm.Value, Heads(model), model.Rotation);
        var middle = x + attention.Value;
        var mlpNorm = operations.Norm($"{place}.mlp.norm", model.Epsilon, middle);
        var mlp = operations.Mlp($"{place}.mlp", model.Activation, mlpNorm.Value);
        return new Differentiable(middle + mlp.Value, g =>
        {
            // forward: middle + mlp(mlpNorm(middle))
            g += mlpNorm.Pullback(mlp.Pullback(g));

            // forward: x + attention(attentionNorm(x))
            return g + attentionNorm.Pullback(attention.Pullback(g));
        });
    }

    private static ExactHeads Heads(GptNeoXConfiguration model) => new()
    {
        HeadCount = model.HeadCount,
        KeyValueHeadCount = model.HeadCount,
        Scale = 1 / Math.Sqrt((double)model.HiddenSize / model.HeadCount),
    };
}
