using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Exact;

namespace Tint.Reference.Families.Llama;

/// <summary>LLaMA as it is: RMSNorm, rotated attention, residual; RMSNorm, gated MLP, residual; and its exact gradients.</summary>
internal static class ExactLlama
{
    public static ExactPass Run(LlamaConfiguration model, ParameterSet parameters, FamilyInput input)
    {
        input.Check(model);
        var operations = new ExactOperations(parameters, input);
        var embedded = operations.Embed("embedding.tokens", input.Ids, model.PaddingToken);
        var (state, layers) = (embedded.Value, new Differentiable[model.LayerCount]);
        for (var index = 0; index < layers.Length; index++)
        {
            layers[index] = Layer(model, operations, $"layers.{index}", state);
            state = layers[index].Value;
        }

        var norm = operations.RootMeanSquareNorm("final_norm", model.Epsilon, state);
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

    private static Differentiable Layer(LlamaConfiguration model, ExactOperations operations, string place, Matrix<double> x)
    {
        var heads = new ExactHeads
        {
            HeadCount = model.HeadCount,
            KeyValueHeadCount = model.KeyValueHeadCount,
            Scale = 1 / Math.Sqrt(model.HeadSize),
        };
        var attentionNorm = operations.RootMeanSquareNorm($"{place}.attention.norm", model.Epsilon, x);
        var attention = operations.SelfAttention($"{place}.attention", attentionNorm.Value, heads, model.Rotation);
        var middle = x + attention.Value;
        var mlpNorm = operations.RootMeanSquareNorm($"{place}.mlp.norm", model.Epsilon, middle);
        var mlp = operations.GatedMlp($"{place}.mlp", model.Activation, mlpNorm.Value);
        return new Differentiable(middle + mlp.Value, g =>
        {
            // forward: middle + mlp(mlpNorm(middle))
            g += mlpNorm.Pullback(mlp.Pullback(g));

            // forward: x + attention(attentionNorm(x))
            return g + attentionNorm.Pullback(attention.Pullback(g));
        });
    }
}
