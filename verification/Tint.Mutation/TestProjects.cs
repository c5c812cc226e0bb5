namespace Tint.Mutation;

/// <summary>Which test projects look at which project's code.</summary>
internal static class TestProjects
{
    /// <summary>The unit tests of Tint.Reference.</summary>
    public const string Reference = "Tint.Reference.Tests";

    /// <summary>The tests of the judge.</summary>
    public const string Verification = "Tint.Verification.Tests";

    /// <summary>The tests of the laws; the command tint lies in its folder too.</summary>
    public const string Properties = "Tint.Properties.Tests";

    /// <summary>The test projects of a project, nearest first.</summary>
    public static IReadOnlyList<string> Of(string folder) => folder switch
    {
        "reference/Tint.Reference" => [Reference, Verification, Properties],
        "verification/Tint.Verification" => [Verification, Properties],
        "verification/Tint.Properties" => [Properties],
        _ => throw new MutationException($"no tests are known for {folder}; mutants are made of reference/Tint.Reference, verification/Tint.Verification and verification/Tint.Properties"),
    };
}
