using Tint.Reference;
using Tint.Reference.Keeping;

namespace Tint.Verification.Benchmarks;

/// <summary>Where a timed step keeps what it needs again, by names; scratch files are removed at the end.</summary>
public sealed class BenchStorage : IDisposable
{
    /// <summary>In memory, as it is.</summary>
    public const string InMemory = "memory";

    /// <summary>In a scratch file, as it is.</summary>
    public const string InFile = "file";

    /// <summary>In memory, rounded to float32.</summary>
    public const string RoundedInMemory = "float32";

    /// <summary>In a scratch file, rounded to float32.</summary>
    public const string RoundedInFile = "file-float32";

    private readonly List<ScratchStore> _files = [];

    /// <summary>Opens the places.</summary>
    /// <param name="updates">Where updated layers go.</param>
    /// <param name="activations">Where the memory between forward and backward pass goes.</param>
    /// <param name="directory">The folder of scratch files; null for the system's.</param>
    /// <exception cref="RuleViolationException">There is no such place, or a scratch file cannot be made.</exception>
    public BenchStorage(string updates, string activations, string? directory)
    {
        (Updates, Activations) = (updates, activations);
        try
        {
            Pass = new PassStorage { Weights = Open(updates, directory), Activations = Open(activations, directory) };
        }
        catch (RuleViolationException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The names of places.</summary>
    public static IReadOnlyList<string> Places { get; } = [InMemory, RoundedInMemory, InFile, RoundedInFile];

    /// <summary>Everything in memory, as it is.</summary>
    public static BenchStorage Memory { get; } = new(InMemory, InMemory, null);

    /// <summary>Where updated layers go.</summary>
    public string Updates { get; }

    /// <summary>Where the memory between forward and backward pass goes.</summary>
    public string Activations { get; }

    /// <summary>The places as the engines take them.</summary>
    public PassStorage Pass { get; }

    /// <summary>The bytes that scratch files have grown to.</summary>
    public long ScratchBytes => _files.Sum(static file => file.Length);

    /// <summary>Removes the scratch files.</summary>
    public void Dispose() => _files.ForEach(static file => file.Dispose());

    private MatrixStore Open(string place, string? directory) => place switch
    {
        InMemory => MatrixStore.Unchanged,
        RoundedInMemory => MatrixStore.Rounded,
        InFile => File(NumberFormat.Binary64, directory),
        RoundedInFile => File(NumberFormat.Binary32, directory),
        _ => throw new RuleViolationException("the place must be known", $"'{place}'", $"use one of {string.Join(", ", Places)}"),
    };

    private ScratchStore File(NumberFormat format, string? directory)
    {
        var file = new ScratchStore(format, directory);
        _files.Add(file);
        return file;
    }
}
