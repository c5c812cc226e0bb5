namespace Tint.Explaining.Walking;

/// <summary>What a module leaves somewhere.</summary>
/// <param name="Where">As "token slot 0".</param>
/// <param name="Formula">The formula, with all factors of gates.</param>
public sealed record FormulaPart(string Where, string Formula);
