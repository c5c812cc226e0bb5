namespace Tint.Oracle.Explaining;

/// <summary>The numbers of a case that a factor may be.</summary>
/// <param name="Rho">ρ = tanh G.</param>
/// <param name="Chunks">C.</param>
/// <param name="Heads">H_aux.</param>
/// <param name="Width">D_aux.</param>
/// <param name="Tokens">T.</param>
/// <param name="Trained">Σ m of each sequence; null where the case has no train mask.</param>
/// <param name="LearningRate">η.</param>
/// <param name="Difference">N.</param>
internal sealed record ResidualFacts(
    double Rho, int Chunks, int Heads, int Width, int Tokens, IReadOnlyList<double>? Trained, double LearningRate, double Difference);
