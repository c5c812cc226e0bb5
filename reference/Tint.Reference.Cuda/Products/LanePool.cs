using System.Collections.Concurrent;

namespace Tint.Reference.Cuda.Products;

/// <summary>A limited number of lanes, created when first needed. May be used by several threads at once.</summary>
/// <param name="count">How many.</param>
/// <param name="create">Creates one.</param>
internal sealed class LanePool(int count, Func<Lane> create) : IDisposable
{
    private readonly Lock _alone = new();
    private readonly SemaphoreSlim _free = new(count);
    private readonly ConcurrentBag<Lane> _idle = [];
    private int _disposed;

    /// <summary>A lane of one's own, after waiting for one.</summary>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    /// <exception cref="RuleViolationException">A new lane could not be created.</exception>
    public Lane Rent()
    {
        _free.Wait();
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) == 1, typeof(CudaLinearAlgebraProvider));
            return _idle.TryTake(out var lane) ? lane : create();
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    /// <summary>Takes a lane back, with what it holds.</summary>
    /// <param name="lane">The lane; its stream is idle unless something failed.</param>
    /// <param name="failed">Whether something failed on it; it is then not used again.</param>
    public void Return(Lane lane, bool failed)
    {
        if (failed)
        {
            lane.Dispose();
        }
        else
        {
            lane.Release();
            _idle.Add(lane);
        }

        _free.Release();
    }

    /// <summary>Runs something that takes one lane while nobody else has any.</summary>
    public void Alone(Action run)
    {
        // One at a time, for two that each have some of the lanes would wait for each other.
        lock (_alone)
        {
            Take(count - 1);
            try
            {
                run();
            }
            finally
            {
                Give(count - 1);
            }
        }
    }

    /// <summary>Waits for all products under way and destroys the lanes; a second time does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        lock (_alone)
        {
            Take(count);
            while (_idle.TryTake(out var lane))
            {
                lane.Dispose();
            }

            // Whoever still waits gets in and sees that the pool is disposed.
            Give(count);
        }
    }

    private void Take(int lanes)
    {
        for (var lane = 0; lane < lanes; lane++)
        {
            _free.Wait();
        }
    }

    private void Give(int lanes)
    {
        if (lanes > 0)
        {
            _free.Release(lanes);
        }
    }
}
