namespace Tint.Reference.LinearAlgebra;

/// <summary>The linear-algebra providers that a caller can ask for.</summary>
public enum ProviderChoice
{
    /// <summary>Math.NET's own managed code.</summary>
    Managed,

    /// <summary><see cref="SimdLinearAlgebraProvider"/>.</summary>
    Simd,

    /// <summary>The provider for NVIDIA GPUs that the program offers (<see cref="LinearAlgebraProviders.Offer"/>), or else Math.NET's own.</summary>
    Cuda,

    /// <summary>Math.NET's provider for Intel MKL.</summary>
    Mkl,

    /// <summary>Math.NET's provider for OpenBLAS.</summary>
    OpenBlas,

    /// <summary>The first native provider that works, in the order of this list, or <see cref="Simd"/>.</summary>
    Auto,
}
