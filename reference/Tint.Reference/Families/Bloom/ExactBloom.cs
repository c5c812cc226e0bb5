using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Reference.Families.Bloom;

/// <summary>BLOOM as it is, and its exact gradients.</summary>
internal static class ExactBloom
{
    public static ExactPass Run(BloomConfiguration model, ParameterSet parameters, FamilyInput input)
    {
        input.Check(model);
        var operations = new ExactOperations(parameters, input);
        var embedded = operations.Embed("embedding.tokens", input.Ids);
        var embeddingNorm = operations.Norm("embedding.norm", model.Epsilon, embedded.Value);
        var (state, layers) = (embeddingNorm.Value, new Differentiable[model.LayerCount]);
        for (var index = 0; index < layers.Length; index++)
        {
            layers[index] = Layer(model, operations, $"layers.{index}", state);
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

            embedded.Pullback(embeddingNorm.Pullback(g));
            return operations.Gradients;
        });
    }

    private static Differentiable Layer(BloomConfiguration model, ExactOperations operations, string place, Matrix<double> x)
    {
        var slopes = LinearBias.Slopes(model.HeadCount);
        var heads = new ExactHeads
        {
            HeadCount = model.HeadCount,
            KeyValueHeadCount = model.HeadCount,
            Scale = 1 / Math.Sqrt((double)model.HiddenSize / model.HeadCount),
            Bias = head => LinearBias.Of(slopes[head], x.RowCount, x.RowCount),
        };
        var attentionNorm = operations.Norm($"{place}.attention.norm", model.Epsilon, x);
        var attention = operations.SelfAttention($"{place}.attention", attentionNorm.Value, heads);
        var middle = (model.ResidualBehindNorm ? attentionNorm.Value : x) + attention.Value;
        var mlpNorm = operations.Norm($"{place}.mlp.norm", model.Epsilon, middle);
        var mlp = operations.Mlp($"{place}.mlp", ActivationKind.GeluBloom, mlpNorm.Value);
        var output = (model.ResidualBehindNorm ? mlpNorm.Value : middle) + mlp.Value;
        return new Differentiable(output, g =>
        {
            // forward: middle + mlp(n) or n + mlp(n), with n = mlpNorm(middle)
            g = model.ResidualBehindNorm ? mlpNorm.Pullback(g + mlp.Pullback(g)) : g + mlpNorm.Pullback(mlp.Pullback(g));

            // forward: x + attention(n) or n + attention(n), with n = attentionNorm(x)
            return model.ResidualBehindNorm
                ? attentionNorm.Pullback(g + attention.Pullback(g))
                : g + attentionNorm.Pullback(attention.Pullback(g));
        });
    }
}
