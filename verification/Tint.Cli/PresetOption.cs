using System.CommandLine;
using Tint.Reference.Configuration;
using Tint.Verification.Counting;

namespace Tint.Cli;

/// <summary>The options that say what a TinT follows: the published code, the paper, or plain SGD.</summary>
internal sealed class PresetOption
{
    private readonly Option<string> _preset = new("--as")
    {
        Description = $"What the TinT follows: {string.Join(", ", Preset.All)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Preset.Published.Name,
    };

    private readonly Option<string?> _stencil = new("--stencil")
    {
        Description = $"Where finite differences look: {string.Join(", ", Stencil.All)}; without it as --as says.",
        HelpName = "NAME",
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_preset);
        command.Add(_stencil);
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="Reference.RuleViolationException">A name is not known.</exception>
    public ParameterDocument.Settings Of(ParseResult parsed) => new(
        Preset.Named(parsed.GetRequiredValue(_preset)), parsed.GetValue(_stencil) is { } stencil ? Stencil.Named(stencil) : null);
}
