using Tint.Properties.Implementations;

namespace Tint.Conformance.Tests;

/// <summary>The sample backend, put to every case: this is all that an author writes.</summary>
public sealed class PlainConformanceTests(ScoreCard scores) : Float32ConformanceTests(scores)
{
    /// <inheritdoc/>
    protected override ITint Backend { get; } = new ModularTint(new PlainModules());
}
