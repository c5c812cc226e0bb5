namespace Tint.Fixtures.Tests.Helpers;

/// <summary>All shipped cases, opened once for many tests.</summary>
public sealed class OpenCases : IDisposable
{
    public IReadOnlyList<(FixtureCase Case, FixtureTensors Tensors)> Cases { get; } =
        [.. FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.Select(fixture => (fixture, fixture.Open()))];

    public void Dispose()
    {
        foreach (var (_, tensors) in Cases)
        {
            tensors.Dispose();
        }
    }
}
