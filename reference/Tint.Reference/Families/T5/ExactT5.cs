using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Exact;

namespace Tint.Reference.Families.T5;

/// <summary>T5 as it is, and its exact gradients.</summary>
internal static class ExactT5
{
    public static ExactPass Run(T5Configuration model, ParameterSet parameters, FamilyInput input)
    {
        input.Check(model);
        var encoderIds = input.EncoderIds!;
        var operations = new ExactOperations(parameters, input);
        var encoderTokens = operations.Embed("embedding.tokens", encoderIds);
        var encoder = Encoder(model, parameters, operations, encoderTokens.Value);
        var decoderTokens = operations.Embed("embedding.tokens", input.Ids);
        var decoder = Decoder(model, parameters, operations, decoderTokens.Value, encoder.Value);
        var scale = model.IsTied ? 1 / Math.Sqrt(model.HiddenSize) : 1;
        var head = operations.Linear(model.IsTied ? "embedding.tokens" : "head", decoder.Output * scale);
        return new ExactPass(head.Value, g =>
        {
            var (tokens, encoded) = decoder.Pullback(head.Pullback(g) * scale);
            decoderTokens.Pullback(tokens);
            encoderTokens.Pullback(encoder.Pullback(encoded));
            return operations.Gradients;
        });
    }

    private static Differentiable Encoder(T5Configuration model, ParameterSet parameters, ExactOperations operations, Matrix<double> x)
    {
        var self = new T5Positions(model, parameters, operations, "encoder", x.RowCount, isBidirectional: true);
        var steps = new List<Differentiable>();
        for (var index = 0; index < model.EncoderLayerCount; index++)
        {
            var place = $"encoder.layers.{index}";
            steps.Add(SelfAttention(model, operations, place, self, x));
            steps.Add(Mlp(model, operations, place, steps[^1].Value));
            x = steps[^1].Value;
        }

        steps.Add(operations.RootMeanSquareNorm("encoder.final_norm", model.Epsilon, x));
        return new Differentiable(steps[^1].Value, g =>
        {
            g = steps.AsEnumerable().Reverse().Aggregate(g, (gradient, step) => step.Pullback(gradient));
            self.AddGradient();
            return g;
        });
    }

    private static (Matrix<double> Output, Func<Matrix<double>, (Matrix<double> Tokens, Matrix<double> Encoded)> Pullback) Decoder(
        T5Configuration model, ParameterSet parameters, ExactOperations operations, Matrix<double> x, Matrix<double> encoded)
    {
        var self = new T5Positions(model, parameters, operations, "decoder", x.RowCount, isBidirectional: false);
        var encodedGradient = Matrix<double>.Build.Dense(encoded.RowCount, encoded.ColumnCount);
        var steps = new List<Differentiable>();
        for (var index = 0; index < model.DecoderLayerCount; index++)
        {
            var place = $"decoder.layers.{index}";
            steps.Add(SelfAttention(model, operations, place, self, x));
            steps.Add(CrossAttention(model, operations, place, steps[^1].Value, encoded, encodedGradient));
            steps.Add(Mlp(model, operations, place, steps[^1].Value));
            x = steps[^1].Value;
        }

        steps.Add(operations.RootMeanSquareNorm("decoder.final_norm", model.Epsilon, x));
        return (steps[^1].Value, Back);

        (Matrix<double> Tokens, Matrix<double> Encoded) Back(Matrix<double> g)
        {
            g = steps.AsEnumerable().Reverse().Aggregate(g, (gradient, step) => step.Pullback(gradient));
            self.AddGradient();
            return (g, encodedGradient);
        }
    }

    private static Differentiable SelfAttention(
        T5Configuration model, ExactOperations operations, string place, T5Positions positions, Matrix<double> x)
    {
        var norm = operations.RootMeanSquareNorm($"{place}.attention.norm", model.Epsilon, x);
        var attention = operations.SelfAttention(
            $"{place}.attention", norm.Value, Heads(model, positions.IsCausal, positions.Bias), scoreGradient: positions.Add);
        return new Differentiable(x + attention.Value, g => g + norm.Pullback(attention.Pullback(g)));
    }

    private static Differentiable CrossAttention(
        T5Configuration model, ExactOperations operations, string place, Matrix<double> x, Matrix<double> encoded, Matrix<double> encodedGradient)
    {
        var norm = operations.RootMeanSquareNorm($"{place}.cross.norm", model.Epsilon, x);
        var query = operations.Linear($"{place}.cross.query", norm.Value);
        var (key, value) = (operations.Linear($"{place}.cross.key", encoded), operations.Linear($"{place}.cross.value", encoded));
        var (attended, back) = Heads(model, isCausal: false, bias: null).Attend(query.Value, key.Value, value.Value);
        var output = operations.Linear($"{place}.cross.output", attended);
        return new Differentiable(x + output.Value, g =>
        {
            var gradient = back(output.Pullback(g));
            var sum = key.Pullback(gradient.Key) + value.Pullback(gradient.Value);
            encodedGradient.Add(sum, encodedGradient);
            return g + norm.Pullback(query.Pullback(gradient.Query));
        });
    }

    private static Differentiable Mlp(T5Configuration model, ExactOperations operations, string place, Matrix<double> x)
    {
        var norm = operations.RootMeanSquareNorm($"{place}.mlp.norm", model.Epsilon, x);
        var mlp = model.IsGated
            ? operations.GatedMlp($"{place}.mlp", model.Activation, norm.Value)
            : operations.Mlp($"{place}.mlp", model.Activation, norm.Value);
        return new Differentiable(x + mlp.Value, g => g + norm.Pullback(mlp.Pullback(g)));
    }

    private static ExactHeads Heads(T5Configuration model, bool isCausal, Func<int, Matrix<double>>? bias) => new()
    {
        HeadCount = model.HeadCount,
        KeyValueHeadCount = model.HeadCount,
        Scale = 1,
        IsCausal = isCausal,
        Bias = bias,
    };
}
