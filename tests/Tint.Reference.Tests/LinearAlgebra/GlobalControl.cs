namespace Tint.Reference.Tests.LinearAlgebra;

/// <summary>Tests that change Math.NET's global settings, which run beside no others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class GlobalControl
{
    internal const string Name = "Math.NET's global settings";
}
