using Tint.Cli;
using Tint.Verification.Engines;

// Math.NET would load what the variable names, or fail, before --provider is read.
Environment.SetEnvironmentVariable("MathNetNumericsLAProvider", null);
var terminal = Terminal.OfProcess();
using var signals = new ProcessSignals(terminal);
var exitCode = TintCommand.Run(args, terminal, ReferenceEngines.All, signals.Token);
if (signals.Token.IsCancellationRequested)
{
    ProcessSignals.End(terminal, exitCode);
}

return exitCode;
