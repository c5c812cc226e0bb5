using Tint.Fixtures;

namespace Tint.Verification.Tests.Support;

/// <summary>The cases of a TinT that ship with the repository.</summary>
internal static class Shipped
{
    public static IReadOnlyList<FixtureCase> Cases { get; } = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases;

    /// <summary>Those, and the cases of auxiliary models alone.</summary>
    public static IReadOnlyList<FixtureCase> All { get; } = FixtureManifest.LoadShipped();

    public static FixtureCase Case(string id) => Cases.Single(item => item.Id == id);
}
