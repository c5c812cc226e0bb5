namespace Tint.Reference.Cuda.Products;

/// <summary>Seconds that products took, of square matrices of two sizes.</summary>
/// <param name="Side">n of the larger.</param>
/// <param name="EntryBytes">The bytes of an entry.</param>
/// <param name="Small">A product on the device so small that neither its copies nor its arithmetic count.</param>
/// <param name="Moved">The larger on the device, with both operands and the result copied.</param>
/// <param name="Resident">The larger on the device, with both operands there already.</param>
/// <param name="Simd">The larger on the processor.</param>
internal sealed record ProductTimings(int Side, int EntryBytes, double Small, double Moved, double Resident, double Simd);
