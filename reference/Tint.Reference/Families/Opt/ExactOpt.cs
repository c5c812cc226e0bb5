using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Exact;

namespace Tint.Reference.Families.Opt;

/// <summary>OPT as it is, and its exact gradients.</summary>
internal static class ExactOpt
{
    public static ExactPass Run(OptConfiguration model, ParameterSet parameters, FamilyInput input)
    {
        input.Check(model);
        var operations = new ExactOperations(parameters, input);
        var isProjected = model.EmbeddingSize != model.HiddenSize;
        var tokens = operations.Embed("embedding.tokens", input.Ids, model.PaddingToken);
        var projectedIn = isProjected ? operations.Linear("embedding.projection", tokens.Value) : Same(tokens.Value);
        var positions = operations.EmbedPositions("embedding.positions", input.Ids.Count, OptConfiguration.PositionOffset);
        var (state, layers) = (projectedIn.Value + positions.Value, new Differentiable[model.LayerCount]);
        for (var index = 0; index < layers.Length; index++)
        {
            layers[index] = model.IsPreNorm
                ? PreNormLayer(model, operations, $"layers.{index}", state)
                : PostNormLayer(model, operations, $"layers.{index}", state);
            state = layers[index].Value;
        }

        var norm = model.HasFinalNorm ? operations.Norm("final_norm", model.Epsilon, state) : Same(state);
        var projectedOut = isProjected ? operations.Linear("head.projection", norm.Value) : Same(norm.Value);
        var head = operations.Linear(model.IsTied ? "embedding.tokens" : "head", projectedOut.Value);
        return new ExactPass(head.Value, g =>
        {
            g = norm.Pullback(projectedOut.Pullback(head.Pullback(g)));
            foreach (var layer in layers.Reverse())
            {
                g = layer.Pullback(g);
            }

            tokens.Pullback(projectedIn.Pullback(g));
            positions.Pullback(g);
            return operations.Gradients;
        });
    }

    private static Differentiable PreNormLayer(OptConfiguration model, ExactOperations operations, string place, Matrix<double> x)
    {
        var attentionNorm = operations.Norm($"{place}.attention.norm", model.Epsilon, x);
        var attention = operations.SelfAttention($"{place}.attention", attentionNorm.Value, Heads(model));
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

    private static Differentiable PostNormLayer(OptConfiguration model, ExactOperations operations, string place, Matrix<double> x)
    {
        var attention = operations.SelfAttention($"{place}.attention", x, Heads(model));
        var attentionNorm = operations.Norm($"{place}.attention.norm", model.Epsilon, x + attention.Value);
        var mlp = operations.Mlp($"{place}.mlp", model.Activation, attentionNorm.Value);
        var mlpNorm = operations.Norm($"{place}.mlp.norm", model.Epsilon, attentionNorm.Value + mlp.Value);
        return new Differentiable(mlpNorm.Value, g =>
        {
            // forward: mlpNorm(n + mlp(n)) with n = attentionNorm(x + attention(x))
            g = mlpNorm.Pullback(g);
            g = attentionNorm.Pullback(g + mlp.Pullback(g));
            return g + attention.Pullback(g);
        });
    }

    private static Differentiable Same(Matrix<double> x) => new(x, g => g);

    private static ExactHeads Heads(OptConfiguration model) => new()
    {
        HeadCount = model.HeadCount,
        KeyValueHeadCount = model.HeadCount,
        Scale = 1 / Math.Sqrt((double)model.HiddenSize / model.HeadCount),
    };
}
