namespace Tint.Reference.PrimeFields;

/// <summary>
/// The loops over columns and the activations in a prime field. e^x, √x and every σ are uninterpreted, but that σ(0) = 0, on which padded inner widths rest (C30); a softmax is e^s over the sum of them, without the
/// shift by the largest score, which changes no softmax; means, variances and quotients are the field's own.
/// </summary>
internal sealed class FieldLoops(PrimeField field, UninterpretedFunctions functions)
{
    /// <summary>Those of the scope that is open; null while numbers are real.</summary>
    public static FieldLoops? Current { get; set; }

    /// <summary>The shift of every softmax: 0, since there is no order in a field.</summary>
    public static double Shift => 0;

    /// <summary>tanh x to the nearest quarter, so that what a gate leaves has a residue, and few binary places.</summary>
    public static double Tanh(double x) => Math.Round(4 * Math.Tanh(x)) / 4;

    public void Exponentials(ReadOnlySpan<double> x, double scale, ReadOnlySpan<double> shift, Span<double> target)
    {
        var factor = field.OfConstant(scale);
        for (var i = 0; i < x.Length; i++)
        {
            target[i] = Exponential(x[i], factor, shift[i]);
        }
    }

    public double Exponentials(Span<double> x, double scale, double shift)
    {
        var (factor, sum) = (field.OfConstant(scale), 0.0);
        foreach (ref var entry in x)
        {
            entry = Exponential(entry, factor, shift);
            sum = field.Add(sum, entry);
        }

        return sum;
    }

    public void AddExponentials(Span<double> sum, ReadOnlySpan<double> x, ReadOnlySpan<double> shift)
    {
        for (var i = 0; i < x.Length; i++)
        {
            sum[i] = field.Add(field.Of(sum[i]), Exponential(x[i], 1, shift[i]));
        }
    }

    public double AddNulls(double sum, int count, double shift) =>
        field.Add(field.Of(sum), field.Multiply(field.Of(count), Exponential(0, 1, shift)));

    /// <summary>s ← P·M(e^(s/M) − e^(−s/M))/Σ(e^(s′/M) + e^(−s′/M)), a softmax over scores, their twins and pairs of score 0, P pairs in all.</summary>
    public void Twins(Span<double> scores, int pairs, double scale)
    {
        var (factor, sum) = (field.OfConstant(1 / scale), AddNulls(0, 2 * (pairs - scores.Length), 0));
        foreach (ref var score in scores)
        {
            var (own, twin) = (Exponential(score, factor, 0), Exponential(score, -factor, 0));
            (score, sum) = (field.Add(own, -twin), field.Add(sum, field.Add(own, twin)));
        }

        Divide(scores, sum);
        Scale(scores, pairs * scale, scores);
    }

    /// <summary>e^x of a constant.</summary>
    public double Exponential(double constant) => Exponential(constant, 1, 0);

    /// <summary>e^c·e^(−c)/(e^(−c) + count·e⁰), the share that stands for 1/count.</summary>
    public double Share(double c, int count)
    {
        var least = Exponential(-c);
        return field.Multiply(field.Multiply(Exponential(c), least), field.Inverse(AddNulls(least, count, 0)));
    }

    public void AddScaled(Span<double> sum, ReadOnlySpan<double> x, double weight)
    {
        var factor = field.Of(weight);
        for (var i = 0; i < x.Length; i++)
        {
            sum[i] = field.Add(field.Of(sum[i]), field.Multiply(factor, field.Of(x[i])));
        }
    }

    public void Scale(ReadOnlySpan<double> x, double factor, Span<double> target)
    {
        var residue = field.Of(factor);
        for (var i = 0; i < x.Length; i++)
        {
            target[i] = field.Multiply(residue, field.Of(x[i]));
        }
    }

    public void AddAndScale(Span<double> x, double shift, double factor)
    {
        var (added, residue) = (field.Of(shift), field.Of(factor));
        foreach (ref var entry in x)
        {
            entry = field.Multiply(residue, field.Add(field.Of(entry), added));
        }
    }

    public void Divide(Span<double> x, ReadOnlySpan<double> divisor)
    {
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = field.Multiply(field.Of(x[i]), field.Inverse(field.Of(divisor[i])));
        }
    }

    public void Divide(Span<double> x, double divisor)
    {
        var inverse = field.Inverse(field.Of(divisor));
        foreach (ref var entry in x)
        {
            entry = field.Multiply(field.Of(entry), inverse);
        }
    }

    public void AddSquaredDistances(Span<double> sum, ReadOnlySpan<double> x, ReadOnlySpan<double> mean)
    {
        for (var i = 0; i < x.Length; i++)
        {
            var distance = field.Add(field.Of(x[i]), -field.Of(mean[i]));
            sum[i] = field.Add(field.Of(sum[i]), field.Multiply(distance, distance));
        }
    }

    public double Deviation(double epsilon, double w, double sum, int count) =>
        functions.Apply("sqrt", field.Add(field.Of(epsilon), field.Multiply(field.Multiply(field.Of(w), field.Of(sum)), field.Inverse(field.Of(count)))));

    public void Normalise(ReadOnlySpan<double> x, ReadOnlySpan<double> mean, ReadOnlySpan<double> deviation, double w, Span<double> target)
    {
        var (gate, rest) = (field.Of(w), field.Of(1 - w));
        for (var i = 0; i < x.Length; i++)
        {
            var entry = field.Of(x[i]);
            var normal = field.Multiply(field.Add(entry, -field.Of(mean[i])), field.Inverse(field.Of(deviation[i])));
            target[i] = field.Add(field.Multiply(gate, normal), field.Multiply(rest, entry));
        }
    }

    public double Combine(double a, double x, double b, double y) =>
        field.Add(field.Multiply(field.Of(a), field.Of(x)), field.Multiply(field.Of(b), field.Of(y)));

    public void Activate(string name, ReadOnlySpan<double> z, Span<double> target)
    {
        for (var i = 0; i < z.Length; i++)
        {
            var argument = field.Of(z[i]);
            target[i] = argument == 0 ? 0 : functions.Apply(name, argument);
        }
    }

    /// <summary>Sine and cosine of an angle that is a real constant: two unknowns, the same for equal angles.</summary>
    public (double Sin, double Cos) Angle(double angle)
    {
        var name = FormattableString.Invariant($"{angle:R}");
        return (functions.Apply($"sin {name}", 0), functions.Apply($"cos {name}", 0));
    }

    private double Exponential(double x, double factor, double shift) => double.IsNegativeInfinity(x)
        ? 0
        : functions.Apply("exp", field.Add(field.Multiply(factor, field.Of(x)), -field.Of(shift)));
}
