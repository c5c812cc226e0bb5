using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tint.Proofs.Proving;
using Tint.Reference.LinearAlgebra;

namespace Tint.Cli;

/// <summary><c>tint prove</c>: that the construction is its closed form, as polynomials.</summary>
internal static class ProveCommand
{
    private const string Description = """
        Proves by polynomial identity over prime fields that the construction is its closed form.

        The program's own code runs on residues modulo a random prime of 35 bits in the place of weights and signals; e^x,
        the square root and the activation are uninterpreted, so that what holds, holds for every such function. Claims are
        about every module, a block of each family, and whole models, each of one shape, switches and constants. Primes are
        drawn until a fault would be missed with a probability below 2^-B.

        Exit code: 0 if every claim is proven, 1 if one is refuted, 2 if the command cannot be run or was cancelled.

        Examples:
          tint prove
          tint prove --filter 'Attention*' --seed 7 --bits 200
          tint prove --filter 'block/*' --json proofs.json
        """;

    private const string Json = "--json";

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var filter = Words.Text("--filter", "GLOB", "Only claims whose name matches: * stands for any text, ? for one character.");
        var seed = Words.WholeNumber("--seed", "S", "The seed of primes, entries and functions.", otherwise: 1);
        var bits = Words.WholeNumber("--bits", "B", "A fault is missed with a probability below 2^-B.", least: 1, otherwise: ProofRun.DefaultBits);
        var json = Words.Text(Json, "FILE", "Also write the results to a JSON file; - for standard output.");
        var provider = new ProviderOption();
        var command = new Command("prove", Description) { filter, seed, bits, json };
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() => Run(
            terminal,
            new ProofRun(parsed.GetValue(filter), parsed.GetValue(seed)!.Value, parsed.GetValue(bits)!.Value),
            provider.Use(parsed, tasks: int.MaxValue),
            parsed.GetValue(json),
            token)));
        return command;
    }

    private static int Run(Terminal terminal, ProofRun run, ProviderInUse provider, string? json, CancellationToken token)
    {
        using var outputs = OutputFiles.Open(terminal, (Json, json));
        var (proofs, isWhole) = LongWork.Run(terminal, "claims", run.Count, advance => run.Run(new Told<Proof>(_ => advance()), token), () => run.Known, token);
        Print(outputs.Report, run, proofs, provider);
        if (!isWhole)
        {
            outputs.Cancelled($"{proofs.Count} of {run.Count} claims were tried");
            return ExitCode.Unusable;
        }

        outputs.Write(Json, ProofDocument.Of(run, proofs, provider.Description).WriteTo);
        return outputs.HasFailed ? ExitCode.Unusable : proofs.All(proof => proof.Holds) ? ExitCode.Success : ExitCode.Disagreement;
    }

    private static void Print(Terminal terminal, ProofRun run, IReadOnlyList<Proof> proofs, ProviderInUse provider)
    {
        var table = new Grid(
            [new("claim"), .. Grid.Numbers("entries", "degree", "applied", "of degree", "primes", "missed"), new("verdict")]);
        foreach (var proof in proofs)
        {
            table.Add(
                proof.Claim,
                Number(proof.Entries),
                Number(proof.Degree),
                Number(proof.Applications),
                Number(proof.ArgumentDegree),
                Number(proof.Primes.Count),
                proof.Holds ? $"2^{Math.Ceiling(proof.LogMissed).ToString("0", CultureInfo.InvariantCulture)}" : "–",
                proof.Holds ? new Grid.Cell("proven", Color.Green) : new Grid.Cell("refuted", Color.Red));
        }

        table.WriteTo(terminal);
        foreach (var proof in proofs.Where(proof => !proof.Holds))
        {
            terminal.Output.WriteLine($"{proof.Claim}: {proof.Refutation!.Finding} modulo {Number(proof.Refutation.Prime)}");
            terminal.Output.WriteLine($"  {proof.About}");
        }

        terminal.Prose("entries: numbers compared a draw; degree: of the difference as a polynomial, at most; applied: e^x, square root and activation together");
        terminal.Prose("missed: a bound of the probability that all primes agree although the two sides differ");
        terminal.Output.WriteLine($"provider {provider.Description}");
        var refuted = proofs.Count(proof => !proof.Holds);
        terminal.Output.WriteLine(FormattableString.Invariant(
            $"{proofs.Count - refuted} claims proven, {refuted} refuted, {proofs.Sum(proof => proof.Primes.Count)} primes, seed {run.Seed}, below 2^-{run.Bits}"));
    }

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);
}
