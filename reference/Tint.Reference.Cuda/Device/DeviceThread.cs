using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Tint.Reference.Cuda.Device;

/// <summary>
/// The one thread that speaks to a device. CUDA's calls are about the calling thread's current context, which other users of CUDA in this process
/// change; on this thread nobody does. It also keeps runs apart: one after another.
/// </summary>
internal sealed class DeviceThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    public DeviceThread()
    {
        _thread = new Thread(() =>
        {
            foreach (var action in _work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "device",
        };
        _thread.Start();
    }

    /// <summary>Runs a function on the thread, behind what others have asked for, and returns or throws what it does.</summary>
    public TResult Invoke<TResult>(Func<TResult> function)
    {
        if (Thread.CurrentThread == _thread)
        {
            return function();
        }

        using var done = new ManualResetEventSlim();
        TResult? result = default;
        ExceptionDispatchInfo? failure = null;
        _work.Add(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result!;
    }

    /// <summary>Ends the thread when it has done what it was asked for.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        _work.Dispose();
    }
}
