namespace Tint.Experiments.Tokenization;

/// <summary>A token that is found in the text itself, before anything else is done with it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="TakesLeft">Whether it takes the white space in front of it along.</param>
/// <param name="TakesRight">Whether it takes the white space behind it along.</param>
/// <param name="IsNormalized">Whether it is looked for in the normalised text.</param>
internal sealed record AddedToken(int Id, string Content, bool TakesLeft = false, bool TakesRight = false, bool IsNormalized = false);
