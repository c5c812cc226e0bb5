namespace Tint.Reference.Materialised;

/// <summary>Layers that several places of a transformer run, each with weights of its own.</summary>
/// <remarks>Source: C22, C24.</remarks>
/// <param name="Name">Its name.</param>
/// <param name="Inputs">The names that its layers have for what the module is given.</param>
/// <param name="Layers">The layers, in order.</param>
/// <param name="Output">What of their outputs is the module's.</param>
public sealed record TransformerModule(string Name, IReadOnlyList<string> Inputs, IReadOnlyList<TransformerLayer> Layers, string Output);
