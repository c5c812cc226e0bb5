using System.Runtime.InteropServices;
using Tint.Reference.Cuda.Native;

namespace Tint.Reference.Cuda.Tests.Fakes;

/// <summary>
/// A machine with CUDA's libraries as C functions over host memory: streams do nothing before somebody waits for them, every address is looked up,
/// and what the real libraries would punish somehow is a violation here.
/// </summary>
internal sealed class FakeCuda : INativeLoader, IDisposable
{
    private readonly Dictionary<string, nint> _functions = [];
    private readonly List<Delegate> _delegates = [];
    private readonly Dictionary<string, (int Skip, int Code, int Times)> _failures = [];
    private readonly Dictionary<string, int> _calls = [];
    private readonly ThreadLocal<int> _device = new();
    private readonly List<string> _violations = [];

    public FakeCuda()
    {
        Runtime = new(this);
        Cublas = new(this);
        Runtime.Export();
        Cublas.Export();
    }

    /// <summary>The files that load: full paths, or bare names for what the system finds by itself.</summary>
    public HashSet<string> Files { get; init; } = ["libcudart.so.12", "libcublas.so.12", "libcuda.so.1"];

    /// <summary>Everything that was tried, in order.</summary>
    public List<string> Tried { get; } = [];

    /// <summary>Functions that the libraries lack.</summary>
    public HashSet<string> Lacking { get; init; } = [];

    public Dictionary<string, string> Variables { get; init; } = [];

    public int DeviceCount { get; set; } = 1;

    public FakeMemory Device { get; } = new("device", 64 << 20);

    public FakeMemory Host { get; } = new("page-locked", 64 << 20);

    public FakeCudaRuntime Runtime { get; }

    public FakeCublas Cublas { get; }

    /// <summary>Held during every call.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The code that every call returns from now on, as after a failure that ends the device's context.</summary>
    public int Broken { get; set; }

    public int CurrentDevice
    {
        get => _device.Value;
        set => _device.Value = value;
    }

    public CudaLibraries Open(bool windows = false) =>
        CudaLibraries.Open(this, new CudaLibraryPlaces(windows, name => Variables.GetValueOrDefault(name)));

    public CudaLinearAlgebraProvider Provider(CudaOptions? options = null) => new(Open(), options ?? new() { SmallestProduct = 0 });

    public int Calls(string function)
    {
        lock (Gate)
        {
            return _calls.GetValueOrDefault(function);
        }
    }

    /// <summary>Lets one call of a function fail, or several in a row, after some that do not.</summary>
    public void Fail(string function, int code, int skip = 0, int times = 1)
    {
        lock (Gate)
        {
            _failures[function] = (skip, code, times);
        }
    }

    /// <summary>Notes what the real libraries would not put up with.</summary>
    public void Complain(string? violation)
    {
        if (violation is not null)
        {
            _violations.Add(violation);
        }
    }

    public void AssertNoViolation()
    {
        lock (Gate)
        {
            Assert.Empty(_violations);
        }
    }

    /// <summary>No violation, and everything was given back.</summary>
    public void AssertNothingLeft()
    {
        AssertNoViolation();
        Assert.Equal((0, 0, 0, 0, 0), (Device.Count, Host.Count, Runtime.Streams.Count, Runtime.Events.Count, Cublas.Handles.Count));
    }

    /// <summary>A function of the libraries.</summary>
    public void Export(string name, Delegate function)
    {
        _delegates.Add(function);
        _functions.Add(name, Marshal.GetFunctionPointerForDelegate(function));
    }

    /// <summary>One call: counted, failing if it is to fail, and never throwing through native code.</summary>
    /// <param name="function">The function.</param>
    /// <param name="body">What it does and returns.</param>
    /// <param name="releases">Whether it gives something back, which it does even if it is to fail.</param>
    public int Call(string function, Func<int> body, bool releases = false)
    {
        lock (Gate)
        {
            _calls[function] = _calls.GetValueOrDefault(function) + 1;
            var code = Broken;
            if (_failures.TryGetValue(function, out var failure))
            {
                _failures[function] = failure with { Skip = failure.Skip - 1 };
                if (failure.Skip <= 0)
                {
                    code = failure.Code;
                }

                if (failure.Skip - 1 <= -failure.Times)
                {
                    _failures.Remove(function);
                }
            }

            if (code != 0 && !releases)
            {
                return code;
            }

            try
            {
                var result = body();
                return code != 0 ? code : result;
            }
            catch (Exception exception)
            {
                Complain($"{function}: {exception.Message}");
                return 999;
            }
        }
    }

    public bool TryLoad(string path, out nint library)
    {
        Tried.Add(path);
        var found = Files.Contains(path);
        library = found ? 1 : 0;
        return found;
    }

    public bool TryGetExport(nint library, string name, out nint address)
    {
        address = Lacking.Contains(name) ? 0 : _functions.GetValueOrDefault(name);
        return address != 0;
    }

    public void Dispose()
    {
        Device.FreeAll();
        Host.FreeAll();
        _device.Dispose();
        GC.KeepAlive(_delegates);
    }
}
