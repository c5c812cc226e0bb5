using System.CommandLine;
using Tint.Reference.Configuration;
using Tint.Verification.Counting;

namespace Tint.Cli;

/// <summary>The options that say what a TinT follows, the published code, the paper, or plain SGD, and which attention it has.</summary>
/// <param name="aliases">Other names of the first of them.</param>
internal sealed class PresetOption(params string[] aliases)
{
    private readonly Option<string> _preset = new("--as", aliases)
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

    private readonly Option<bool> _softmax = new("--use-softmax") { Description = "Softmax attention alone: every position has a twin, and there is no linear attention." };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_preset);
        command.Add(_stencil);
        command.Add(_softmax);
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="Reference.RuleViolationException">A name is not known.</exception>
    public ParameterDocument.Settings Of(ParseResult parsed) =>
        new(Preset.Named(parsed.GetRequiredValue(_preset)), parsed.GetValue(_stencil) is { } stencil ? Stencil.Named(stencil) : null)
        {
            UseSoftmax = parsed.GetValue(_softmax),
        };
}
