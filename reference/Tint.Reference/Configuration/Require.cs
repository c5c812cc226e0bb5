using System.Globalization;
using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using Lanes = System.Numerics.Vector<double>;

namespace Tint.Reference.Configuration;

/// <summary>The guards that every input passes; each throws <see cref="RuleViolationException"/> with one line.</summary>
public static class Require
{
    /// <summary>Requires <paramref name="value"/> ≥ <paramref name="least"/> and returns it.</summary>
    public static T AtLeast<T>(T value, T least, string name)
        where T : System.Numerics.INumber<T> =>
        value >= least
            ? value
            : throw new RuleViolationException(
                $"{name} must be at least {Text(least)}", Text(value), $"use {Text(least)} or more");

    /// <summary>Requires a finite, positive number and returns it.</summary>
    public static double Positive(double value, string name) =>
        double.IsFinite(value) && value > 0
            ? value
            : throw new RuleViolationException($"{name} must be finite and positive", Text(value), "use a number above 0");

    /// <summary>Requires a finite number and returns it.</summary>
    public static double Finite(double value, string name) =>
        double.IsFinite(value)
            ? value
            : throw new RuleViolationException($"{name} must be finite", Text(value), "use a number that is neither NaN nor infinite");

    /// <summary>Requires a value that an enumeration names, and returns it.</summary>
    public static T Defined<T>(T value, string name)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw Unknown(value, name);

    /// <summary>The complaint about a value that no member of an enumeration has, for the last arm of a switch over it.</summary>
    public static RuleViolationException Unknown<T>(T value, string name)
        where T : struct, Enum =>
        new($"{name} must be known", value.ToString("D"), $"use one of {string.Join(", ", Enum.GetNames<T>())}");

    /// <summary>Requires something to be there, and returns it.</summary>
    public static T Present<T>(T? value, string name)
        where T : class =>
        value ?? throw new RuleViolationException($"{name} must be there", "null", "set it");

    /// <summary>Requires every entry of a matrix to be finite.</summary>
    public static void Finite(Matrix<double> matrix, string name)
    {
        var entries = matrix.AsColumnMajorArray() ?? matrix.ToColumnMajorArray();
        if (FirstNotFinite(entries) is { } i)
        {
            throw new RuleViolationException(
                $"{name} must hold finite numbers only",
                $"{Text(entries[i])} at row {i % matrix.RowCount}, column {i / matrix.RowCount}",
                "remove NaN and infinity from the input");
        }
    }

    /// <summary>The place of the first number that is NaN or infinite, null where none is: x − x is 0 for all others.</summary>
    internal static int? FirstNotFinite(ReadOnlySpan<double> numbers)
    {
        var vectors = MemoryMarshal.Cast<double, Lanes>(numbers);
        var differences = Lanes.Zero;
        foreach (var vector in vectors)
        {
            differences += vector - vector;
        }

        var sum = System.Numerics.Vector.Sum(differences);
        foreach (var number in numbers[(vectors.Length * Lanes.Count)..])
        {
            sum += number - number;
        }

        for (var i = sum == 0 ? numbers.Length : 0; i < numbers.Length; i++)
        {
            if (!double.IsFinite(numbers[i]))
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>Requires every entry of a vector to be finite.</summary>
    public static void Finite(Vector<double> vector, string name)
    {
        if (FirstNotFinite(vector.AsArray() ?? vector.ToArray()) is { } i)
        {
            throw new RuleViolationException(
                $"{name} must hold finite numbers only", $"{Text(vector.At(i))} at {i}", "remove NaN and infinity from the input");
        }
    }

    /// <summary>Requires a matrix of a given shape.</summary>
    public static void Shape(Matrix<double> matrix, int rows, int columns, string name)
    {
        if (matrix.RowCount != rows || matrix.ColumnCount != columns)
        {
            throw new RuleViolationException(
                $"{name} must be [{rows} × {columns}]",
                $"[{matrix.RowCount} × {matrix.ColumnCount}]",
                "pass a matrix of that shape");
        }
    }

    /// <summary>Requires a vector of a given length.</summary>
    public static void Length(Vector<double> vector, int length, string name)
    {
        if (vector.Count != length)
        {
            throw new RuleViolationException($"{name} must have {length} entries", $"{vector.Count}", "pass a vector of that length");
        }
    }

    /// <summary>Requires one entry a token, each 0 or 1.</summary>
    public static void Mask(IReadOnlyList<double> mask, int tokens, string name)
    {
        ArgumentNullException.ThrowIfNull(mask);
        OnePerToken(mask.Count, tokens, name);
        for (var t = 0; t < mask.Count; t++)
        {
            Binary(mask[t], name, $"position {t}");
        }
    }

    /// <summary>Requires as many entries as there are tokens.</summary>
    internal static void OnePerToken(int count, int tokens, string name)
    {
        if (count != tokens)
        {
            throw new RuleViolationException($"{name} must have one entry a token", $"{count} for {tokens} tokens", "pass one entry a token");
        }
    }

    /// <summary>Requires 0 or 1.</summary>
    internal static void Binary(double value, string name, string place)
    {
        if (value is not (0 or 1))
        {
            throw new RuleViolationException($"{name} must hold 0 and 1 only", $"{Text(value)} at {place}", "use 0 or 1");
        }
    }

    private static string Text<T>(T value)
        where T : System.Numerics.INumber<T> => value.ToString(null, CultureInfo.InvariantCulture);
}
