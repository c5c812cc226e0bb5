using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Exact;

namespace Tint.Reference.Families.Gpt2;

/// <summary>GPT-2 as it is, and its exact gradients.</summary>
internal static class ExactGpt2
{
    public static ExactPass Run(Gpt2Configuration model, ParameterSet parameters, FamilyInput input)
    {
        input.Check(model);
        var operations = new ExactOperations(parameters, input);
        var tokens = operations.Embed("embedding.tokens", input.Ids);
        var positions = operations.EmbedPositions("embedding.positions", input.Ids.Count);
        var (state, layers) = (tokens.Value + positions.Value, new Differentiable[model.LayerCount]);
        for (var index = 0; index < layers.Length; index++)
        {
            layers[index] = Layer(model, operations, index, state);
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

            tokens.Pullback(g);
            positions.Pullback(g);
            return operations.Gradients;
        });
    }

    private static Differentiable Layer(Gpt2Configuration model, ExactOperations operations, int index, Matrix<double> x)
    {
        var place = $"layers.{index}";
        var heads = new ExactHeads
        {
            HeadCount = model.HeadCount,
            KeyValueHeadCount = model.HeadCount,
            Scale = (model.ScalesScores ? 1 / Math.Sqrt((double)model.HiddenSize / model.HeadCount) : 1)
                / (model.ScalesScoresByLayer ? index + 1 : 1),
        };
        var attentionNorm = operations.Norm($"{place}.attention.norm", model.Epsilon, x);
        var attention = operations.SelfAttention($"{place}.attention", attentionNorm.Value, heads);
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
}
