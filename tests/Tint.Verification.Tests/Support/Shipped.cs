using Tint.Fixtures;

namespace Tint.Verification.Tests.Support;

/// <summary>The cases that ship with the repository.</summary>
internal static class Shipped
{
    public static IReadOnlyList<FixtureCase> Cases { get; } = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases;

    public static FixtureCase Case(string id) => Cases.Single(item => item.Id == id);
}
