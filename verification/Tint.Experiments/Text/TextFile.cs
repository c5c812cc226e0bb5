namespace Tint.Experiments.Text;

/// <summary>A text and where it is from.</summary>
/// <param name="Name">The file's path, or what the text is called.</param>
/// <param name="Text">The text.</param>
public sealed record TextFile(string Name, string Text);
