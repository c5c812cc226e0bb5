using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Auxiliary;

/// <summary>
/// An auxiliary model's parameters, gradients or updates as one long vector: enumeration block by block, and the operations of a vector
/// space with an inner product.
/// </summary>
/// <remarks>
/// A normalisation with a dense map counts as one [D_aux × D_aux] block in γ's place, whose diagonal γ follows. Where only one of two
/// operands has the dense map, the other stands for its diagonal matrix.
/// </remarks>
public static class AuxiliaryWeightsAlgebra
{
    /// <summary>Every block that the plan has: token and position embedding, then each layer in the order of the forward pass, then the final norm and a head of its own.</summary>
    public static IReadOnlyList<ParameterBlock> Blocks(AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var blocks = new List<ParameterBlock>();
        Rebuild(weights, block =>
        {
            blocks.Add(block);
            return null;
        });
        return blocks;
    }

    /// <summary>
    /// The same model with other numbers: <paramref name="values"/> gives each block's entries, column after column; null keeps the block
    /// as it is.
    /// </summary>
    /// <exception cref="RuleViolationException">A block gets another number of entries than it has.</exception>
    public static AuxiliaryWeights Replace(AuxiliaryWeights weights, Func<ParameterBlock, double[]?> values)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(values);
        return Rebuild(weights, values);
    }

    /// <summary>f applied to every number.</summary>
    public static AuxiliaryWeights Map(AuxiliaryWeights weights, Func<double, double> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return Replace(weights, block =>
        {
            var source = block.Values.Span;
            var result = new double[source.Length];
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = f(source[i]);
            }

            return result;
        });
    }

    /// <summary>f applied to every pair of numbers; the result has the configuration of <paramref name="left"/>.</summary>
    /// <exception cref="RuleViolationException">The two models have different shapes.</exception>
    public static AuxiliaryWeights Zip(AuxiliaryWeights left, AuxiliaryWeights right, Func<double, double, double> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        (left, right) = Align(left, right);
        var others = new Queue<ParameterBlock>(Blocks(right));
        return Replace(left, block =>
        {
            ReadOnlySpan<double> a = block.Values.Span, b = others.Dequeue().Values.Span;
            var result = new double[a.Length];
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = f(a[i], b[i]);
            }

            return result;
        });
    }

    /// <summary>left + right.</summary>
    /// <exception cref="RuleViolationException">The two models have different shapes.</exception>
    public static AuxiliaryWeights Add(AuxiliaryWeights left, AuxiliaryWeights right) => Zip(left, right, (a, b) => a + b);

    /// <summary>left − right.</summary>
    /// <exception cref="RuleViolationException">The two models have different shapes.</exception>
    public static AuxiliaryWeights Subtract(AuxiliaryWeights left, AuxiliaryWeights right) => Zip(left, right, (a, b) => a - b);

    /// <summary>factor·weights.</summary>
    public static AuxiliaryWeights Scale(AuxiliaryWeights weights, double factor) => Map(weights, value => factor * value);

    /// <summary>left + factor·right; with factor −η and a gradient, a step of gradient descent.</summary>
    /// <exception cref="RuleViolationException">The two models have different shapes.</exception>
    public static AuxiliaryWeights AddScaled(AuxiliaryWeights left, double factor, AuxiliaryWeights right) =>
        Zip(left, right, (a, b) => a + (factor * b));

    /// <summary>weights − rate·gradient on the blocks that are trained; the others are shared.</summary>
    /// <exception cref="RuleViolationException">The gradient has another shape.</exception>
    internal static AuxiliaryWeights Step(AuxiliaryWeights weights, AuxiliaryWeights gradient, double rate, Predicate<ParameterBlock> trains)
    {
        var steps = new Queue<ParameterBlock>(Blocks(gradient));
        return Replace(weights, block =>
        {
            var step = steps.Dequeue();
            RequireSameShape(block, step);
            if (!trains(block))
            {
                return null;
            }

            ReadOnlySpan<double> before = block.Values.Span, slope = step.Values.Span;
            var after = new double[before.Length];
            for (var i = 0; i < after.Length; i++)
            {
                after[i] = before[i] + (-rate * slope[i]);
            }

            return after;
        });
    }

    /// <summary>Σ over all blocks and entries of left·right.</summary>
    /// <exception cref="RuleViolationException">The two models have different shapes.</exception>
    public static double Inner(AuxiliaryWeights left, AuxiliaryWeights right)
    {
        (left, right) = Align(left, right);
        return Blocks(left).Zip(Blocks(right), Inner).Sum();
    }

    /// <summary>The Euclidean norm over all blocks and entries.</summary>
    public static double Norm(AuxiliaryWeights weights) => Math.Sqrt(Blocks(weights).Sum(block => Inner(block, block)));

    /// <summary>Σ over the entries of two blocks of one size of left·right.</summary>
    /// <exception cref="RuleViolationException">The two blocks have different shapes.</exception>
    public static double Inner(ParameterBlock left, ParameterBlock right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        RequireSameShape(left, right);
        ReadOnlySpan<double> a = left.Values.Span, b = right.Values.Span;
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Every number of every block, one after the other in the order of <see cref="Blocks"/>.</summary>
    public static Vector<double> Flatten(AuxiliaryWeights weights)
    {
        var blocks = Blocks(weights);
        var (values, start) = (new double[blocks.Sum(block => block.Values.Length)], 0);
        foreach (var block in blocks)
        {
            block.Values.CopyTo(values.AsMemory(start));
            start += block.Values.Length;
        }

        return Vector<double>.Build.Dense(values);
    }

    /// <summary>The inverse of <see cref="Flatten"/>: a model of the shape of <paramref name="shape"/> with the numbers of <paramref name="values"/>.</summary>
    /// <exception cref="RuleViolationException">There are more or fewer numbers than the model has.</exception>
    public static AuxiliaryWeights Unflatten(AuxiliaryWeights shape, Vector<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var (source, start, total) = (values.AsArray() ?? values.ToArray(), 0, Blocks(shape).Sum(block => block.Values.Length));
        Configuration.Require.Length(values, total, "the flattened parameters");
        return Replace(shape, block =>
        {
            start += block.Values.Length;
            return source[(start - block.Values.Length)..start];
        });
    }

    private static (AuxiliaryWeights Left, AuxiliaryWeights Right) Align(AuxiliaryWeights left, AuxiliaryWeights right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Layers.Count != right.Layers.Count)
        {
            throw new RuleViolationException(
                "both models must have the same layers", $"{left.Layers.Count} and {right.Layers.Count} layers", "combine models of one shape");
        }

        var (alignedLeft, alignedRight) = (Densify(left, right), Densify(right, left));
        foreach (var (a, b) in Blocks(alignedLeft).Zip(Blocks(alignedRight)))
        {
            RequireSameShape(a, b);
        }

        return (alignedLeft, alignedRight);
    }

    private static void RequireSameShape(ParameterBlock left, ParameterBlock right)
    {
        if (left.Rows != right.Rows || left.Columns != right.Columns)
        {
            throw new RuleViolationException(
                $"{left.Name} must have the same shape in both operands",
                $"[{left.Rows} × {left.Columns}] and [{right.Rows} × {right.Columns}]",
                "combine models of one shape");
        }
    }

    private static AuxiliaryWeights Densify(AuxiliaryWeights weights, AuxiliaryWeights like) => weights with
    {
        Layers = [.. weights.Layers.Zip(like.Layers, Densify)],
        Outside = Densify(weights.Outside, like.Outside),
    };

    private static AuxiliaryLayer Densify(AuxiliaryLayer layer, AuxiliaryLayer like) => new(layer.Parameters.Select(
        (place, group) => group is LayerNormParameters norm ? Densify(norm, like.Norm(place)) : group));

    private static LayerNormParameters Densify(LayerNormParameters norm, LayerNormParameters like) =>
        norm.Dense is null && like.Dense is not null
            ? norm with { Dense = Matrix<double>.Build.Dense(norm.Weight.Count, norm.Weight.Count, (i, j) => i == j ? norm.Weight.At(i) : 0) }
            : norm;

    private static AuxiliaryWeights Rebuild(AuxiliaryWeights weights, Func<ParameterBlock, double[]?> values)
    {
        var rebuilder = new AuxiliaryWeightsRebuilder(values);
        return rebuilder.Rebuild(weights);
    }
}
