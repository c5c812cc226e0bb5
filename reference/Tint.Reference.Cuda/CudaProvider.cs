using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda;

/// <summary>Makes <see cref="ProviderChoice.Cuda"/> stand for <see cref="CudaLinearAlgebraProvider"/>.</summary>
/// <remarks>
/// Tint.Reference knows nothing native, so the program that ships this library says so. A call, and not a search by name as Math.NET does it: the
/// compiler checks it, and a test can offer what it wants.
/// </remarks>
public static class CudaProvider
{
    /// <summary>Offers the provider; a second time changes nothing.</summary>
    public static void Register() => LinearAlgebraProviders.Offer(ProviderChoice.Cuda, () => new CudaLinearAlgebraProvider());
}
