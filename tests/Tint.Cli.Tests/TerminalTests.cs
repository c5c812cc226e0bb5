using Tint.Reference;

namespace Tint.Cli.Tests;

public class TerminalTests
{
    [Fact]
    public void A_complaint_keeps_its_remedy_however_long_the_rule_and_what_was_found()
    {
        const string Remedy = "or use --provider simd";
        var refusal = new RuleViolationException(new string('r', 1000), new string('f', 1000), Remedy);
        using StringWriter output = new(), error = new();
        Terminal.Of(output, error, 80).Complain(refusal.Message);
        Assert.EndsWith(Remedy, Assert.Single(error.ToString().TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
