using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Tint.Reference.PrimeFields;

/// <summary>
/// Functions F_p → F_p of which nothing is known but that equal arguments give equal values: the value is a keyed hash of the argument. What is equal with them
/// is equal for every function, but with the probability that two different arguments fell together.
/// </summary>
/// <param name="field">The field.</param>
/// <param name="key">Another key, other functions.</param>
internal sealed class UninterpretedFunctions(PrimeField field, long key)
{
    private readonly ConcurrentDictionary<(string Function, double Argument), double> _values = [];
    private readonly ConcurrentDictionary<string, long> _applications = [];

    /// <summary>How often each function has been applied, repetitions included.</summary>
    public IReadOnlyDictionary<string, long> Applications => _applications;

    /// <summary>The value of a function at a residue.</summary>
    public double Apply(string function, double argument)
    {
        _applications.AddOrUpdate(function, 1, static (_, count) => count + 1);
        return _values.GetOrAdd((function, argument), Hash);
    }

    private double Hash((string Function, double Argument) application)
    {
        var name = Encoding.UTF8.GetBytes(application.Function);
        var message = new byte[24 + name.Length];
        BinaryPrimitives.WriteInt64LittleEndian(message, key);
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8), field.Prime);
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(16), (long)application.Argument);
        name.CopyTo(message, 24);
        return field.Residue(BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(message)));
    }
}
