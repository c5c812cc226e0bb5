namespace Tint.Verification.Benchmarks;

/// <summary>The floating-point operations of one operation of the auxiliary model in a whole run, over all blocks that have it (see <see cref="FlopCount"/>).</summary>
/// <param name="Name">The operation's place in the plan, as "attention.query"; an encoder's behind "encoder".</param>
/// <param name="Forward">In all forward passes.</param>
/// <param name="Backward">In all backward passes, with the descents.</param>
public sealed record OperationWork(string Name, long Forward, long Backward);
