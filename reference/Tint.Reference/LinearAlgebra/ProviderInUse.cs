namespace Tint.Reference.LinearAlgebra;

/// <summary>The provider that products run on.</summary>
/// <param name="Choice">Which one; never <see cref="ProviderChoice.Auto"/>.</param>
/// <param name="Description">Its name with vector width or version, as a report shows it.</param>
public sealed record ProviderInUse(ProviderChoice Choice, string Description);
