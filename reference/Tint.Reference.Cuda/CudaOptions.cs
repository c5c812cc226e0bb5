using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda;

/// <summary>How the provider uses the GPU.</summary>
public sealed record CudaOptions
{
    /// <summary>Which device, counted as the CUDA runtime counts them.</summary>
    /// <exception cref="RuleViolationException">It is negative.</exception>
    public int Device { get; init => field = Require.AtLeast(value, 0, "the CUDA device"); }

    /// <summary>
    /// The multiply-adds m·n·k from which a product runs on the GPU; 0 sends all. Null measures once what both cost and then sends what is faster
    /// there, so that which products go, and with them last bits, may differ from run to run.
    /// </summary>
    /// <exception cref="RuleViolationException">It is negative.</exception>
    public long? SmallestProduct { get; init => field = value is { } least ? Require.AtLeast(least, 0, "the smallest product for the GPU") : null; }

    /// <summary>How many products can be under way at once: enough that one copies to the device, one computes and one copies back.</summary>
    /// <exception cref="RuleViolationException">It is not positive.</exception>
    public int Lanes { get; init => field = Require.AtLeast(value, 1, "the number of products at once"); } = 3;

    /// <summary>The bytes of a page-locked buffer; each lane has two.</summary>
    /// <exception cref="RuleViolationException">It is below a page.</exception>
    public int StagingBytes { get; init => field = Require.AtLeast(value, 4096, "the staging buffer's bytes"); } = 4 << 20;
}
