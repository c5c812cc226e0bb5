using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Families;

/// <summary>
/// The operations of exact models, each forward with its backward step. Gradients of parameters are added up under the parameters' names, so
/// that what is used twice, as a tied head is, gets both.
/// </summary>
/// <param name="parameters">The parameters.</param>
/// <param name="input">What the model reads: says whether gradients go back through the scores of self-attention.</param>
internal sealed class ExactOperations(ParameterSet parameters, FamilyInput input)
{
    /// <summary>The gradients so far.</summary>
    public ParameterSet Gradients { get; } = new();

    /// <summary>Row t is row id_t of a table. No gradient goes to the row of a padding token.</summary>
    public Differentiable Embed(string place, IReadOnlyList<int> ids, int? padding = null)
    {
        var table = parameters[$"{place}.weight"];
        return new Differentiable(ColumnMajor.Rows(table, [.. ids]), g =>
        {
            var gradient = Matrix<double>.Build.Dense(table.RowCount, table.ColumnCount);
            int[] learnt = [.. Enumerable.Range(0, ids.Count).Where(t => ids[t] != padding)];
            ColumnMajor.AddToRows(gradient, Array.ConvertAll(learnt, t => ids[t]), ColumnMajor.Rows(g, learnt));
            Gradients.Add($"{place}.weight", gradient);
            return g;
        });
    }

    /// <summary>Row t is row t + offset of a table.</summary>
    public Differentiable EmbedPositions(string place, int tokens, int offset = 0)
    {
        var rows = parameters[$"{place}.weight"].RowCount - offset;
        return tokens <= rows
            ? Embed(place, [.. Enumerable.Range(offset, tokens)])
            : throw new RuleViolationException("a sequence must have a position for every token", $"{tokens} tokens for {rows} positions", "cut it");
    }

    /// <summary>y = W x + b.</summary>
    public Differentiable Linear(string place, Matrix<double> x)
    {
        var layer = parameters.Linear(place);
        return new Differentiable(ExactLinear.Forward(layer, x), g =>
        {
            var (input, gradient) = ExactLinear.Backward(layer, x, g);
            Gradients.Add($"{place}.weight", gradient.Weight);
            AddRow($"{place}.bias", gradient.Bias);
            return input;
        });
    }

    /// <summary>Logits z = W y + b, b under a name of its own, so that a tied W can have one.</summary>
    public Differentiable Head(string weightPlace, Matrix<double> y, string biasName)
    {
        var layer = new LinearParameters(parameters[$"{weightPlace}.weight"], parameters[biasName].Row(0));
        return new Differentiable(ExactLinear.Forward(layer, y), g =>
        {
            var (input, gradient) = ExactLinear.Backward(layer, y, g);
            Gradients.Add($"{weightPlace}.weight", gradient.Weight);
            AddRow(biasName, gradient.Bias);
            return input;
        });
    }

    /// <summary>LayerNorm: y = γ∘(x − μ)/√(var + eps) + β.</summary>
    public Differentiable Norm(string place, double epsilon, Matrix<double> x)
    {
        var layer = parameters.Norm(place, x.ColumnCount);
        var forward = ExactLayerNorm.Forward(layer, epsilon, x);
        return new Differentiable(forward.Output, g =>
        {
            var (input, gradient) = ExactLayerNorm.Backward(layer, forward, g);
            AddRow($"{place}.weight", gradient.Weight);
            AddRow($"{place}.bias", gradient.Bias);
            return input;
        });
    }

    /// <summary>RMSNorm: y = γ∘x/√(mean x² + eps).</summary>
    public Differentiable RootMeanSquareNorm(string place, double epsilon, Matrix<double> x)
    {
        var weight = parameters[$"{place}.weight"].Row(0);
        var forward = ExactRmsNorm.Forward(weight, epsilon, x);
        return new Differentiable(forward.Output, g =>
        {
            var (input, gradient) = ExactRmsNorm.Backward(weight, forward, g);
            AddRow($"{place}.weight", gradient);
            return input;
        });
    }

    /// <summary>σ(z), entry by entry.</summary>
    public static Differentiable Activation(ActivationKind kind, Matrix<double> z) =>
        new(ExactActivation.Forward(kind, z), g => ExactActivation.Backward(kind, z, g));

    /// <summary>Attention among the rows of x, from the layers <c>place.query</c>, <c>place.key</c>, <c>place.value</c> through <c>place.output</c>.</summary>
    /// <param name="place">Where its layers are.</param>
    /// <param name="x">x, [T × D].</param>
    /// <param name="heads">The kind of attention.</param>
    /// <param name="rotation">How queries and keys are turned; null for not at all.</param>
    /// <param name="scoreGradient">Told the gradient of every head's scores, for what adds to them.</param>
    public Differentiable SelfAttention(
        string place, Matrix<double> x, ExactHeads heads, Rotation? rotation = null, Action<Matrix<double>[]>? scoreGradient = null)
    {
        var (query, key, value) = (Linear($"{place}.query", x), Linear($"{place}.key", x), Linear($"{place}.value", x));
        Matrix<double> Turn(Matrix<double> rows, int count, bool back) => rotation is null ? rows : rotation.Apply(rows, count, back);
        var (attended, attentionBack) = heads.Attend(
            Turn(query.Value, heads.HeadCount, back: false), Turn(key.Value, heads.KeyValueHeadCount, back: false), value.Value);
        var output = Linear($"{place}.output", attended);
        return new Differentiable(output.Value, g =>
        {
            var gradient = attentionBack(output.Pullback(g));
            if (!input.FollowsScores)
            {
                return value.Pullback(gradient.Value);
            }

            scoreGradient?.Invoke(gradient.Scores);
            return value.Pullback(gradient.Value)
                + key.Pullback(Turn(gradient.Key, heads.KeyValueHeadCount, back: true))
                + query.Pullback(Turn(gradient.Query, heads.HeadCount, back: true));
        });
    }

    /// <summary>The MLP <c>place.outer</c>·σ(<c>place.inner</c>·x).</summary>
    public Differentiable Mlp(string place, ActivationKind activation, Matrix<double> x)
    {
        var inner = Linear($"{place}.inner", x);
        var activated = Activation(activation, inner.Value);
        var outer = Linear($"{place}.outer", activated.Value);
        return new Differentiable(outer.Value, g => inner.Pullback(activated.Pullback(outer.Pullback(g))));
    }

    /// <summary>The gated MLP <c>place.outer</c>·(σ(<c>place.gate</c>·x)∘<c>place.inner</c>·x).</summary>
    public Differentiable GatedMlp(string place, ActivationKind activation, Matrix<double> x)
    {
        var (gate, inner) = (Linear($"{place}.gate", x), Linear($"{place}.inner", x));
        var activated = Activation(activation, gate.Value);
        var outer = Linear($"{place}.outer", activated.Value.PointwiseMultiply(inner.Value));
        return new Differentiable(outer.Value, g =>
        {
            var product = outer.Pullback(g);
            return gate.Pullback(activated.Pullback(product.PointwiseMultiply(inner.Value)))
                + inner.Pullback(product.PointwiseMultiply(activated.Value));
        });
    }

    /// <summary>The gradient of a parameter that is no layer of its own.</summary>
    public void AddTo(string name, Matrix<double> gradient) => Gradients.Add(name, gradient);

    private void AddRow(string name, Vector<double> gradient)
    {
        if (parameters.Find(name) is not null)
        {
            Gradients.Add(name, gradient.ToRowMatrix());
        }
    }
}
