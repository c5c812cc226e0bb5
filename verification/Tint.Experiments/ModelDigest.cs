using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tint.Verification.Checkpoints;

namespace Tint.Experiments;

/// <summary>A digest of a checkpoint: names, and every number as it is read, whatever file and format it is in.</summary>
internal static class ModelDigest
{
    private const int Piece = 1 << 16;

    /// <summary>SHA-256 in hexadecimal; a piece of a tensor is in memory at a time.</summary>
    public static string Of(Checkpoint tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new double[Piece];
        foreach (var name in tensors.Names.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            var count = tensors.ShapeOf(name)!.Aggregate(1L, static (product, size) => product * size);
            for (long first = 0; first < count; first += Piece)
            {
                var values = piece.AsSpan(0, (int)Math.Min(Piece, count - first));
                tensors.Read(name, first, values);
                hash.AppendData(MemoryMarshal.AsBytes(values));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
