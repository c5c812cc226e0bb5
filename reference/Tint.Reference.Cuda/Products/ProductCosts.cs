namespace Tint.Reference.Cuda.Products;

/// <summary>What a product costs on the device, call + bytes moved·perByte + mnk·perMultiplyAdd, and on the processor, mnk·simd.</summary>
/// <remarks>
/// A limit on m·n·k alone would send vectors times a matrix, which are all copying, or keep back products whose operands are there already.
/// </remarks>
/// <param name="Call">Seconds of a call.</param>
/// <param name="PerByte">Seconds to move a byte.</param>
/// <param name="PerMultiplyAdd">Seconds for a multiply-add on the device.</param>
/// <param name="SimdPerMultiplyAdd">Seconds for a multiply-add on the processor.</param>
internal sealed record ProductCosts(double Call, double PerByte, double PerMultiplyAdd, double SimdPerMultiplyAdd)
{
    /// <summary>
    /// The costs that explain the timings: what Moved takes longer than Resident is 2n² entries' copying; what Resident takes longer than a call and
    /// n² entries' copying is n³ multiply-adds. A difference that noise has made negative counts as zero.
    /// </summary>
    public static ProductCosts Of(ProductTimings timings)
    {
        ArgumentNullException.ThrowIfNull(timings);
        double matrix = (double)timings.Side * timings.Side * timings.EntryBytes, multiplyAdds = Math.Pow(timings.Side, 3);
        var perByte = Math.Max(0, timings.Moved - timings.Resident) / (2 * matrix);
        var perMultiplyAdd = Math.Max(0, timings.Resident - timings.Small - (matrix * perByte)) / multiplyAdds;
        return new(timings.Small, perByte, perMultiplyAdd, timings.Simd / multiplyAdds);
    }

    /// <summary>Whether the device is faster.</summary>
    /// <param name="multiplyAdds">m·n·k.</param>
    /// <param name="movedBytes">The bytes to copy there and back.</param>
    public bool FavourDevice(long multiplyAdds, long movedBytes) =>
        Call + (movedBytes * PerByte) + (multiplyAdds * PerMultiplyAdd) < multiplyAdds * SimdPerMultiplyAdd;
}
