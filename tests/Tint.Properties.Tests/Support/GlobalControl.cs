using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Tint.Properties.Tests.Support;

/// <summary>Puts Math.NET's global settings back as they were; a verb chooses them for its whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class GlobalControl : IDisposable
{
    internal const string Name = "Math.NET's global settings";

    private readonly ILinearAlgebraProvider _provider = LinearAlgebraControl.Provider;
    private readonly int _threads = Control.MaxDegreeOfParallelism;

    /// <summary>Restores them.</summary>
    public void Dispose() => (LinearAlgebraControl.Provider, Control.MaxDegreeOfParallelism) = (_provider, _threads);
}
