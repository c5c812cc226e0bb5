namespace Tint.Verification.Benchmarks;

/// <summary>What a part of a step took.</summary>
/// <param name="Name">The part.</param>
/// <param name="Calls">How many blocks, norms or products it consists of, or how often a module is called.</param>
/// <param name="Seconds">Wall time of all of them.</param>
/// <param name="CpuSeconds">Processor time of all threads.</param>
/// <param name="Flops">The operations that the auxiliary model needs for it; 0 where these are no products.</param>
public sealed record StageTime(string Name, long Calls, double Seconds, double CpuSeconds, long Flops)
{
    /// <summary><see cref="Flops"/> a second.</summary>
    public double Rate => Seconds > 0 ? Flops / Seconds : 0;
}
