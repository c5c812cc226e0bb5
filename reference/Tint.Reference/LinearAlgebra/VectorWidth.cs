namespace Tint.Reference.LinearAlgebra;

/// <summary>The vector units that a product can run on; the value is the number of bits, 0 for none.</summary>
public enum VectorWidth
{
    /// <summary>One scalar at a time.</summary>
    Scalar = 0,

    /// <summary>Arm64 Advanced SIMD.</summary>
    Bits128 = 128,

    /// <summary>AVX2 with fused multiply-add.</summary>
    Bits256 = 256,

    /// <summary>AVX-512.</summary>
    Bits512 = 512,
}
