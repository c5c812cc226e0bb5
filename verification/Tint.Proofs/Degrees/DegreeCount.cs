using Tint.Reference.Configuration;

namespace Tint.Proofs.Degrees;

/// <summary>The rules by which degrees compose, a method an operation, and the largest degrees met.</summary>
/// <remarks>
/// A normalisation is (x − μ)·r with r = 1/√(eps + var) an uninterpreted value of a quadratic argument: r is as random as √ is, so there is no quotient. The n weights of a row of
/// softmax are e_j/Σe: for Σe ≠ 0, n − 1 of them are independent and uniform where the e_j are, and the last is 1 less the others, so a weight has degree 1 and the scores are
/// arguments. Rows share no score but that of nothing, whose e⁰ may be fixed for all of them: given it, the weights of each row are as they are with the e_j alone. Constants (ρ, N, η, eps, 1/D, scales) have degree 0.
/// </remarks>
/// <param name="configuration">Says whether softmax stands for linear attention, whose factors then are weights of a softmax over scores.</param>
internal sealed class DegreeCount(TintConfiguration configuration)
{
    /// <summary>The largest degree of what is compared.</summary>
    public Degree Output { get; private set; }

    /// <summary>The largest degree of an argument of an uninterpreted function.</summary>
    public Degree Argument { get; private set; }

    /// <summary>Something that is compared.</summary>
    public Degree Compared(Degree degree)
    {
        Output += degree;
        return degree;
    }

    /// <summary>W x + b.</summary>
    public Degree Linear(Degree weight, Degree x) =>
        configuration.UseSoftmax ? Softmax(weight * x) + (Degree.Unknown * weight) : (weight * x) + weight;

    /// <summary>Wᵀ g, or g∘b: linear attention whose score is the first factor.</summary>
    public Degree Multiplied(Degree score, Degree value) => (configuration.UseSoftmax ? Softmax(score) : score) * value;


    /// <summary>W − η Σ m g xᵀ and b − η Σ m g.</summary>
    public Degree Descended(Degree weight, Degree gradient, Degree x) =>
        weight + Multiplied(gradient, x) + (configuration.UseSoftmax ? Degree.Unknown * gradient : gradient);

    /// <summary>(x − μ)·r, gated with x.</summary>
    public Degree Normalised(Degree x)
    {
        Function(x * x);
        return x * Degree.Unknown;
    }

    /// <summary>N(f(x + u/N) − x̂) with u = γ∘g, the memory of x̂ being <paramref name="normalised"/>.</summary>
    public Degree NormBackward(Degree weight, Degree gradient, Degree x, Degree normalised) => Normalised(Multiplied(gradient, weight) + x) + normalised;

    /// <summary>σ(z).</summary>
    public Degree Activated(Degree z) => Function(z);

    /// <summary>N(σ(z + g/N) − σ(z)).</summary>
    public Degree ActivationBackward(Degree gradient, Degree z) => Function(gradient + z);

    /// <summary>Softmax weights.</summary>
    public Degree Softmax(Degree scores) => Function(scores);

    /// <summary>The degree of scores, to which a form adds unknowns by relative position, and whose factors it turns.</summary>
    public static Degree Scores(Degree query, Degree key, AttentionForm form) =>
        (form.Rotation is null ? query * key : query * key * Degree.Unknown * Degree.Unknown) + Degree.Unknown;

    /// <summary>The gradients at query and key through the scores, (softmax(s + ⟨g, v⟩/N) − softmax(s))k and its transpose times q, with v = W x + b; turned back where a form turns.</summary>
    public (Degree Query, Degree Key) ScoreBackward(Degree weight, Degree gradient, Degree query, Degree key, Degree x, AttentionForm form)
    {
        var turned = form.Rotation is null ? Degree.Constant : Degree.Unknown * Degree.Unknown;
        var difference = Softmax(Scores(query, key, form) + (gradient * Linear(weight, x)));
        return (difference * key * turned, difference * query * turned);
    }

    private Degree Function(Degree argument)
    {
        Argument += argument;
        return Degree.Unknown;
    }
}
