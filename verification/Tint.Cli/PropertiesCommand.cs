using System.CommandLine;
using Tint.Properties.Campaigns;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Saving;
using Tint.Reference;
using Tint.Reference.Cuda.Device;
using Tint.Reference.Families;
using Tint.Verification.Cuda;
using Tint.Verification.Reports;

namespace Tint.Cli;

/// <summary><c>tint properties</c>: tries the laws of TinT on random cases.</summary>
internal static class PropertiesCommand
{
    private const string Description = """
        Tries laws of TinT on random cases and reports how near to its bound each came.

        A case depends on seed, law and index alone, so n shards together run exactly what one run does, and --case replays one.
        A failure is made smaller before it is shown. A law whose condition no case meets is not tried and says nothing.
        Exit code: 0 if every law that was tried holds, 1 if one is broken, 2 if none was tried, or the command cannot be
        run or was cancelled.

        The implementation device-simulation needs an NVIDIA GPU; device-simulation-on-host runs the same code on the processor.

        Examples:
          tint properties --cases 100 --seed 1
          tint properties --cases 100000 --seed 1 --shard 3/8 --json part3.json
          tint properties --law '*certificate*' --implementation simulation --save failures
          tint properties --family llama --cases 400
          tint properties --law L17 --seed 1 --case 42
          tint properties --implementation ../mine/bin/Debug/net10.0/Mine.dll:Mine.Tint
        """;

    private const string Json = "--json";
    private const string Save = "--save";

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var cases = Words.WholeNumber("--cases", "N", "Cases a law, over all shards.", least: 1, otherwise: 100);
        var seed = Words.WholeNumber("--seed", "S", "The seed of the cases.", otherwise: 1);
        var law = Words.Text("--law", "GLOB", "Only laws whose label or name matches: * stands for any text, ? for one character.");
        var family = Words.Text("--family", "NAME", $"Only laws about models of all families, on those of this one: {string.Join(", ", FamilyCatalogue.Families)}. One draw in {FamilyCatalogue.Families.Count} is of it.");
        var shard = new Option<string>("--shard") { Description = "Only part i of n.", HelpName = "i/n", DefaultValueFactory = _ => "1/1" };
        var only = Words.WholeNumber("--case", "INDEX", "Only the case with this index.", least: 0);
        var json = Words.Text(Json, "FILE", "Also write the results to a JSON file; - for standard output.");
        var save = Words.Text(Save, "DIR", "Write failing cases to files, for tint replay and for tint verify --fixtures DIR.");
        var implementation = new Option<string>("--implementation")
        {
            Description = "What is put to the laws.",
            HelpName = ImplementationNames.Words,
            DefaultValueFactory = _ => ImplementationNames.BuiltIn[0].Name,
        };
        var provider = new ProviderOption();
        var command = new Command("properties", Description) { cases, seed, law, family, shard, only, json, save, implementation };
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(
            () =>
            {
                var name = parsed.GetValue(implementation)!;
                using var device = DeviceOf(name);
                return Run(
                    terminal,
                    new CampaignOptions
                    {
                        Implementation = device is null ? ImplementationNames.Find(name) : new DeviceTint(device, name),
                        Laws = Laws(parsed.GetValue(law), parsed.GetValue(family)),
                        Cases = parsed.GetValue(cases)!.Value,
                        Seed = parsed.GetValue(seed)!.Value,
                        Shard = Shard.Parse(parsed.GetValue(shard)!),
                        OnlyCase = parsed.GetValue(only),
                        Provider = provider.Use(parsed, tasks: parsed.GetValue(only) is null ? int.MaxValue : 1),
                    },
                    parsed.GetValue(json),
                    parsed.GetValue(save),
                    token);
            }));
        return command;
    }

    private static IReadOnlyList<Law> Laws(string? pattern, string? family)
    {
        if (family is null)
        {
            return LawBook.Select(pattern);
        }

        var chosen = LawBook.Select(pattern).Select(law => law.Label).ToHashSet(StringComparer.Ordinal);
        Law[] laws = [.. LawBook.OfFamily(family).Where(law => chosen.Contains(law.Label))];
        return laws.Length > 0 ? laws : throw new RuleViolationException(
            "a law on models of one family must be about models of all", $"'{pattern}'", $"use one of {string.Join(", ", LawBook.OfFamily(family))}, or leave --family out");
    }

    private static ComputeDevice? DeviceOf(string name) => name switch
    {
        DeviceTint.OnGpu => ComputeDevice.Gpu(),
        DeviceTint.OnHost => ComputeDevice.Host(),
        _ => null,
    };

    private static int Run(Terminal terminal, CampaignOptions options, string? json, string? save, CancellationToken token)
    {
        using var outputs = OutputFiles.Open(terminal, (Json, json));
        if (save is not null)
        {
            FailureFiles.Prove(save);
        }

        var campaign = new CampaignRun(options);
        var (result, isWhole) = LongWork.Run(
            terminal,
            "cases",
            campaign.Jobs,
            advance => campaign.Run(new Told<LawVerdict>(_ => advance()), token),
            campaign.Known,
            token);
        CampaignView.Print(outputs.Report, result);
        if (!isWhole)
        {
            outputs.Cancelled($"{result.Cases} of {campaign.Jobs} cases were tried" + (save is null ? string.Empty : $"; nothing was saved for {Save}"));
            return ExitCode.Unusable;
        }

        outputs.Write(Json, CampaignDocument.Of(result).WriteTo);
        LawFailure[] failures = [.. result.Reports.Select(report => report.First).OfType<LawFailure>()];
        if (save is not null && failures.Length > 0)
        {
            foreach (var id in FailureFiles.Save(save, failures))
            {
                outputs.Report.Output.WriteLine($"saved {id}: {ToolCommand.Line("replay", Path.Combine(save, $"{id}.safetensors"))}");
            }
        }

        if (result.Outcome == LawOutcome.NotTried)
        {
            terminal.Complain(result.Reports.All(report => report.Missing is not null)
                ? "no law was tried: the implementation lacks what they are about; choose others (--law)."
                : "no law was tried: no case met the condition of any; try more cases (--cases) or others (--seed).");
        }

        return outputs.HasFailed ? ExitCode.Unusable : result.Outcome switch
        {
            LawOutcome.Held => ExitCode.Success,
            LawOutcome.Broken => ExitCode.Disagreement,
            _ => ExitCode.Unusable,
        };
    }
}
