using Tint.Proofs.Claims;
using Tint.Properties.Implementations;
using Tint.Reference.Families;

namespace Tint.Proofs.Tests.Claims;

public sealed class ClaimBookTests
{
    [Fact]
    public void Names_of_claims_are_different() => Assert.Equal(ClaimBook.All.Count, ClaimBook.All.Select(claim => claim.Name).Distinct().Count());

    [Fact]
    public void There_is_a_claim_in_every_setting_about_every_function_of_a_module()
    {
        // An activation's and attention's descent are parts of what is asked for by other names.
        foreach (var function in typeof(ITintModules).GetMethods().Where(method => !method.IsSpecialName))
        {
            Assert.All(Setting.OfModules, setting => Assert.Contains($"{function.Name}/{setting.Name}", ClaimBook.All.Select(claim => claim.Name)));
        }
    }

    [Fact]
    public void There_is_a_claim_about_a_whole_model_of_every_family() => Assert.All(
        FamilyCatalogue.Families, family => Assert.Contains(ClaimBook.All, claim => claim.Name.StartsWith($"model/{family}", StringComparison.Ordinal)));

    [Fact]
    public void There_is_a_claim_about_a_block_of_every_family_of_decoders()
    {
        var blocks = ClaimBook.All.Select(claim => claim.Name).Where(name => name.StartsWith("block/", StringComparison.Ordinal)).ToArray();
        Assert.All(
            FamilyCatalogue.Families.Where(family => family != "t5"),
            family => Assert.Contains(blocks, name => name["block/".Length..].Split(',')[0] == family));
    }
}
