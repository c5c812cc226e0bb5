using Tint.Reference.Configuration;

namespace Tint.Reference.Counting;

/// <summary>A module of a block.</summary>
/// <param name="Module">Its name in <see cref="Modules.ModuleCatalogue"/>.</param>
/// <param name="Form">What attention is, where it is an attention module; else the published one.</param>
public sealed record ModuleUse(string Module, AttentionForm Form);
