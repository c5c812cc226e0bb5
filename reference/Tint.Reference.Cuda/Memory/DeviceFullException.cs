namespace Tint.Reference.Cuda.Memory;

/// <summary>There is not enough device memory while others hold some; alone it may be enough. Never leaves this library.</summary>
/// <param name="complaint">What to tell the user if it is not.</param>
internal sealed class DeviceFullException(RuleViolationException complaint) : Exception(complaint.Message)
{
    /// <summary>What to tell the user.</summary>
    public RuleViolationException Complaint { get; } = complaint;
}
