using System.Text;
using Tint.Cli;
using Tint.Verification.Engines;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await TintCommand.RunAsync(args, Terminal.OfProcess(), ReferenceEngines.All).ConfigureAwait(false);
