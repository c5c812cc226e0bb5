namespace Tint.Reference.Cuda.Tests.Fakes;

/// <summary>Work in a stream, done only when somebody waits for it.</summary>
/// <param name="run">Does it.</param>
/// <param name="ranges">The memory that it reads or writes.</param>
internal sealed class FakeWork(Action run, params (nint Address, long Bytes)[] ranges)
{
    public void Run() => run();

    public bool Touches(nint start, long bytes) =>
        ranges.Any(range => range.Address < start + (nint)bytes && start < range.Address + (nint)range.Bytes);
}
