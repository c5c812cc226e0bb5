namespace Tint.Verification.Engines;

/// <summary>The engines that this repository verifies.</summary>
public static class ReferenceEngines
{
    /// <summary>All of them; each answers for the tensors that it returns.</summary>
    public static IReadOnlyList<ICaseEngine> All { get; } = [new ConstructionEngine(), new ExactEngine(), new FamilyEngine()];
}
