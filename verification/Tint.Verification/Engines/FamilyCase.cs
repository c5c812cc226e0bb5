using System.Text.Json;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Verification.Engines;

/// <summary>What a case about an auxiliary model of a family says of it, and the TinT that simulates the model.</summary>
internal static class FamilyCase
{
    /// <summary>The model.</summary>
    /// <exception cref="RuleViolationException">Its configuration asks for what is not understood.</exception>
    public static FamilyConfiguration Model(FixtureCase fixtureCase)
    {
        using var document = JsonDocument.Parse(fixtureCase.ModelConfig!);
        return FamilyCatalogue.Read(document.RootElement);
    }

    /// <summary>How far the case's SGD step goes.</summary>
    /// <exception cref="RuleViolationException">It does not say.</exception>
    public static double LearningRate(FixtureCase fixtureCase) => fixtureCase.Options.LearningRate ?? throw new RuleViolationException(
        "an auxiliary case must have options.learning_rate", "none", "say how far its SGD step goes");

    /// <summary>The model's TinT, which trains all blocks by one step of the case's, as the published code does it.</summary>
    /// <exception cref="RuleViolationException">The model is in no TinT.</exception>
    public static TintConfiguration Configuration(FixtureCase fixtureCase, FamilyConfiguration model) =>
        FamilyShape.Of(model) with { InnerLearningRate = LearningRate(fixtureCase), SgdSteps = 1 };

    /// <summary>Why the case's model is in no TinT, in one line; null where it is.</summary>
    public static string? WhyNotSimulated(LoadedCase loaded)
    {
        try
        {
            return loaded.Configuration is null ? string.Empty : null;
        }
        catch (RuleViolationException violation)
        {
            return violation.Message;
        }
    }
}
