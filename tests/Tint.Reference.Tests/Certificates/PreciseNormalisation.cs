using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;

namespace Tint.Reference.Tests.Certificates;

/// <summary>Normalisation f(x) = Px/√(‖Px‖²/D + eps), its derivative and TinT's backward with and without leaking gates, in high precision.</summary>
internal static class PreciseNormalisation
{
    public static Fixed[] Of(Vector<double> vector) => [.. vector.Select(entry => (Fixed)entry)];

    public static Fixed Norm(IEnumerable<Fixed> vector) => Fixed.Sqrt(vector.Aggregate((Fixed)0, (sum, entry) => sum + (entry * entry)));

    public static Fixed[] Minus(Fixed[] left, Fixed[] right) => [.. left.Zip(right, (a, b) => a - b)];

    public static Fixed[] Centre(Fixed[] x)
    {
        var mean = x.Aggregate((Fixed)0, (sum, entry) => sum + entry) / x.Length;
        return [.. x.Select(entry => entry - mean)];
    }

    /// <summary>Px/√(factor·‖Px‖²/D + eps).</summary>
    public static Fixed[] Normalise(Fixed[] x, Fixed epsilon, Fixed factor)
    {
        var centred = Centre(x);
        var norm = Norm(centred);
        var deviation = Fixed.Sqrt((factor * (norm * norm) / x.Length) + epsilon);
        return [.. centred.Select(entry => entry / deviation)];
    }

    /// <summary>N(f(x + u/N) − f(x)).</summary>
    public static Fixed[] ScaledDifference(LayerNormCase given)
    {
        var x = Of(given.X);
        var moved = x.Zip(Of(given.U), (at, u) => at + (u / given.Scale)).ToArray();
        return [.. Minus(Normalise(moved, given.Epsilon, 1), Normalise(x, given.Epsilon, 1)).Select(entry => given.Scale * entry)];
    }

    /// <summary>Df(x)u = (Pu − x̂⟨x̂, Pu⟩/D)/s.</summary>
    public static Fixed[] Derivative(Vector<double> x, Vector<double> u, double epsilon)
    {
        var centred = Centre(Of(x));
        var direction = Centre(Of(u));
        var deviation = Fixed.Sqrt((centred.Aggregate((Fixed)0, (sum, entry) => sum + (entry * entry)) / centred.Length) + epsilon);
        var normalised = centred.Select(entry => entry / deviation).ToArray();
        var along = normalised.Zip(direction, (a, b) => a * b).Aggregate((Fixed)0, (sum, entry) => sum + entry) / centred.Length;
        return [.. direction.Zip(normalised, (d, n) => (d - (n * along)) / deviation)];
    }

    /// <summary>ρ²(ρ n_ρ(x) + λx).</summary>
    public static Fixed[] StoredNormalised(LayerNormCase given, GateLeak leak)
    {
        Fixed leaked = leak.Rate;
        var rho = 1 - leaked;
        var x = Of(given.X);
        return [.. Normalise(x, given.Epsilon, rho).Zip(x, (n, at) => rho * rho * ((rho * n) + (leaked * at)))];
    }

    /// <summary>LayerNorm's backward through leaking gates, step by step as the construction runs it.</summary>
    public static Fixed[] LeakyBackward(LayerNormCase given, GateLeak leak)
    {
        Fixed leaked = leak.Rate;
        Fixed scale = given.Scale;
        var rho = 1 - leaked;

        // Linear backward's gate, then the first map with its gate, normalisation with its gate, the second map with its gate, and the last gate.
        var gradient = Of(given.U).Select(entry => rho * entry).ToArray();
        var input = Of(given.X).Select(entry => rho * entry).ToArray();
        var memory = StoredNormalised(given, leak).Select(entry => rho * entry).ToArray();
        var first = gradient.Zip(input, (u, x) => (rho * ((u / scale) + x)) + (leaked * u)).ToArray();
        var normalised = Normalise(first, given.Epsilon, rho).Zip(first, (n, y) => (rho * n) + (leaked * y)).ToArray();
        return [.. normalised.Zip(memory, (n, m) => rho * ((rho * ((scale * n) - (scale * m))) + (leaked * n)))];
    }
}
