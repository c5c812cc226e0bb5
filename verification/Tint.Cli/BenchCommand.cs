using System.CommandLine;
using System.Globalization;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Device;
using Tint.Reference.Families;
using Tint.Verification.Benchmarks;
using Tint.Verification.Checkpoints;
using Tint.Verification.Counting;
using Tint.Verification.Cuda;

namespace Tint.Cli;

/// <summary><c>tint bench</c>: what one training step costs.</summary>
internal static class BenchCommand
{
    private const double Giga = 1e9;
    private const string Json = "--json";
    private const string DefaultShape = "gpt2-small";

    private const string Description = """
        Times one training step on random tokens, with random weights or those of a checkpoint: half of the tokens and all layers are
        trained.

        Prints time by pass and by module, floating-point operations per second against the provider's own peak (a product of
        1280 × 768 × 768 in the same process), peak memory, and the time that the auxiliary model's own products would take at
        that peak. A module's time is that of the module run alone, times how often the step calls it. The engine
        device-simulation needs an NVIDIA GPU; its copies there and back are passes of their own, the peak is that of its
        own product of the logits, and it has no modules. Nor have the models of --family, which all engines but
        exact run. --count runs nothing: it prints the arithmetic of the step by operation of the model's plan, of any
        size whatever the memory.

        Examples:
          tint bench --shape tiny
          tint bench --shape gpt2-small --tokens 256 --layers 2 --engine simulation
          tint bench --engine device-simulation
          tint bench --family gpt_neox --size 70m --layers 2 --tokens 128 --engine simulation
          tint bench --family llama --size 7b --tokens 2048 --count
          tint bench --shape gpt2-xl --engine simulation --stream --activations float32
          tint bench --as faithful --count
          tint bench --json bench.json
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var shape = Words.Text("--shape", "NAME", $"The auxiliary model: {string.Join(", ", BenchShapes.Names)}. Without it and --family {DefaultShape}.");
        var family = Words.Text("--family", "NAME", $"A published model of a family in its place: {string.Join(", ", FamilyCatalogue.ModelTypes)}.");
        var size = Words.Text("--size", "NAME", "The family's size; without it its first.");
        var engine = new Option<string>("--engine")
        {
            Description = $"What computes: {string.Join(", ", BenchEngines.Names)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => BenchEngines.Names[0],
        };
        var tokens = Words.WholeNumber("--tokens", "T", "The length of the sequence; without it, as long as the shape has positions.", 2);
        var layers = Words.WholeNumber("--layers", "L", "The number of layers; without it, as many as the shape has.", 1);
        var seed = Words.WholeNumber("--seed", "N", "The seed of weights and tokens.", otherwise: 1);
        var json = Words.Text(Json, "FILE", "Also write the results to a JSON file; - for standard output.");
        var weights = Words.Texts(
            "--weights",
            "FILE",
            "The safetensors files of a Hugging Face checkpoint of that shape; without it random weights.",
            severalAtOnce: true);
        var stream = new Option<bool>("--stream") { Description = "Make or read layers one by one, when they are needed." };
        var updates = Place("--updates", $"Where updated layers wait; without it {BenchStorage.InMemory}, under --stream {BenchStorage.InFile}.");
        var activations = Place("--activations", $"Where the memory of the backward pass waits; without it {BenchStorage.InMemory}.");
        var scratch = Words.Text("--scratch", "DIR", "The folder of scratch files; without it the system's.");
        var count = new Option<bool>("--count") { Description = "Only count the step's arithmetic, by operation." };
        var provider = new ProviderOption();
        var command = new Command("bench", Description);
        foreach (var option in new Option[] { shape, family, size, tokens, layers, engine, seed, weights, stream, updates, activations, scratch, count, json })
        {
            command.Add(option);
        }

        var preset = new PresetOption();
        preset.AddTo(command);
        provider.AddTo(command);
        command.SetAction((parsed, token) =>
        {
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)));
            var (name, published) = Target(parsed.GetValue(shape), parsed.GetValue(family), parsed.GetValue(size), parsed.GetValue(layers));
            var settings = preset.Of(parsed);
            var configuration = settings.Of(published);
            AdmissibleShapes.Check(configuration);
            name = settings == ParameterDocument.Settings.Published ? name : $"{name}, {settings.Words(configuration)}";
            var chosen = BenchEngines.Parse(parsed.GetRequiredValue(engine));
            if (configuration.Auxiliary.Architecture is not null && !parsed.GetValue(count) && (chosen == BenchEngine.Exact || parsed.GetValue(weights) is { Length: > 0 }))
            {
                throw new RuleViolationException(
                    "a model of --family must be run by construction or simulation, there or on a device, with random weights",
                    chosen == BenchEngine.Exact ? BenchEngines.NameOf(chosen) : "--weights",
                    $"use --shape with one of {string.Join(", ", BenchShapes.Names)}, or --engine simulation without --weights");
            }

            if (parsed.GetValue(count))
            {
                if (configuration.UseSoftmax)
                {
                    throw new RuleViolationException(
                        "operations are counted of linear attention", "--count with --use-softmax", "let it run, or see what 'tint faithful' counts of a layer");
                }

                return Task.FromResult(Count(outputs, CountDocument.Of(name, chosen, configuration, parsed.GetValue(tokens))));
            }

            var used = provider.Use(parsed, tasks: 1);
            var plan = new Plan(
                chosen,
                name,
                configuration,
                parsed.GetValue(tokens),
                parsed.GetValue(seed)!.Value,
                parsed.GetValue(stream),
                parsed.GetValue(updates),
                parsed.GetValue(activations),
                parsed.GetValue(scratch),
                parsed.GetValue(weights) ?? []);
            return Task.FromResult(Run(terminal, outputs, plan, used.Description, token));
        });
        return command;
    }

    private static (string Name, TintConfiguration Configuration) Target(string? shape, string? family, string? size, int? layers)
    {
        if (shape is not null && (family ?? size) is not null)
        {
            throw new RuleViolationException("--shape must not come with --family or --size", "both", "use --family and --size, or --shape");
        }

        if (size is not null && family is null)
        {
            throw new RuleViolationException("--size must come with --family", "none", $"use one of {string.Join(", ", FamilyCatalogue.ModelTypes)}");
        }

        return family is null
            ? (shape ?? DefaultShape, BenchShapes.Of(shape ?? DefaultShape, layers))
            : ($"{family} {size ?? FamilyCatalogue.Sizes(family).First()}", BenchShapes.OfFamily(family, size, layers));
    }

    private static int Run(Terminal terminal, OutputFiles outputs, Plan plan, string provider, CancellationToken token)
    {
        var (ended, count) = (0, plan.StageCount);
        BenchDocument? step = null;
        var (document, isWhole) = LongWork.Run(
            terminal,
            "passes",
            count,
            advance =>
            {
                using var device = plan.Engine == BenchEngine.DeviceSimulation ? ComputeDevice.Gpu() : null;
                using var storage = plan.Storage();
                using var checkpoint = plan.Weights.Count > 0 ? new Checkpoint(plan.Weights) : null;
                var (input, products) = (plan.Input(storage, checkpoint), device is null ? provider : $"cuBLAS on {device.Name}");
                var measured = StepBench.Run(
                    input,
                    _ =>
                    {
                        Interlocked.Increment(ref ended);
                        advance();
                    },
                    token,
                    device is null ? null : new BenchDevice(device));
                step = BenchDocument.Of(plan.Shape, products, input, measured, []);
                return BenchDocument.Of(plan.Shape, products, input, measured, StepBench.Modules(input, token));
            },
            () => step,
            token);
        if (document is not null)
        {
            Print(outputs.Report, document);
        }

        if (!isWhole)
        {
            outputs.Cancelled(step is null ? $"{ended} of {count} stages of the step ended" : "the step ended, its modules were not all timed");
            return ExitCode.Unusable;
        }

        outputs.Write(Json, document!.WriteTo);
        return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
    }

    private static int Count(OutputFiles outputs, CountDocument counted)
    {
        outputs.Report.Prose($"{counted.Shape}, {counted.Engine}: T {counted.Tokens}, L {counted.Layers}; counted, not run");
        Write(outputs.Report, counted.Operations);
        outputs.Report.Prose($"the auxiliary model's own products: {Number(counted.Flops / Giga)} GFLOP");
        outputs.Write(Json, counted.WriteTo);
        return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
    }

    private static void Write(Terminal terminal, IReadOnlyList<OperationWork> operations)
    {
        var total = operations.Sum(static operation => (double)operation.Forward + operation.Backward);
        var table = Grid.OfNumbers("operation, all blocks", "GFLOP forward", "backward, descent", "share");
        foreach (var operation in operations)
        {
            table.Add(
                operation.Name,
                Number(operation.Forward / Giga),
                Number(operation.Backward / Giga),
                Share((operation.Forward + (double)operation.Backward) / total));
        }

        table.WriteTo(terminal);
    }

    private static void Print(Terminal terminal, BenchDocument bench)
    {
        terminal.Prose(
            $"{bench.Shape}, {bench.Engine}: T {bench.Tokens}, L {bench.Layers}, seed {bench.Seed}; {bench.Processors} processors; provider {bench.Provider}");
        terminal.Prose(
            $"layers {(bench.Streamed ? "one by one" : "all in memory")}; updated ones kept in {bench.Updates}, activations in {bench.Activations}"
            + (bench.ScratchBytes > 0 ? $"; scratch files {Number(bench.ScratchBytes / Giga)} GB" : string.Empty));
        Write(terminal, "pass", bench.Passes, bench.PeakFlopsPerSecond, bench.Seconds);
        if (bench.Modules.Count > 0)
        {
            Write(terminal, "module, run alone", bench.Modules, bench.PeakFlopsPerSecond, bench.Modules.Sum(module => module.Seconds));
        }

        Write(terminal, bench.Operations);
        terminal.Prose("GFLOP/s counts the auxiliary model's own products; of peak: beside the provider's fastest product");
        terminal.Prose($"the provider's peak: {Number(bench.PeakFlopsPerSecond / Giga)} GFLOP/s");
        terminal.Prose($"peak memory of the process: {Number(bench.PeakBytes / Giga)} GB");
        if (bench.DeviceBytes is { } bytes)
        {
            terminal.Prose($"memory taken on the device: {Number(bytes / Giga)} GB");
        }

        terminal.Prose(
            $"the auxiliary model's own products: {Number(bench.Flops / Giga)} GFLOP, at the peak {Number(bench.LowerBoundSeconds)} s");
        terminal.Prose(
            $"step: {Number(bench.Seconds)} s, {Number(bench.CpuSeconds)} CPU s, {Number(bench.Seconds / bench.LowerBoundSeconds)} times that bound");
    }

    private static void Write(Terminal terminal, string header, IReadOnlyList<StageTime> stages, double peak, double total)
    {
        var table = Grid.OfNumbers(header, "calls", "s", "CPU s", "share", "GFLOP/s", "of peak");
        foreach (var stage in stages)
        {
            var hasRate = stage.Flops > 0;
            table.Add(
                stage.Name,
                stage.Calls.ToString(CultureInfo.InvariantCulture),
                Number(stage.Seconds),
                Number(stage.CpuSeconds),
                Share(stage.Seconds / total),
                hasRate ? Number(stage.Rate / Giga) : string.Empty,
                hasRate ? Share(stage.Rate / peak) : string.Empty);
        }

        table.WriteTo(terminal);
    }

    private static Option<string?> Place(string name, string description) => new(name)
    {
        Description = $"{description} One of {string.Join(", ", BenchStorage.Places)}.",
        HelpName = "PLACE",
    };

    /// <summary>What the command line asks for.</summary>
    private sealed record Plan(
        BenchEngine Engine,
        string Shape,
        TintConfiguration Configuration,
        int? Tokens,
        int Seed,
        bool Streamed,
        string? Updates,
        string? Activations,
        string? Scratch,
        IReadOnlyList<string> Weights)
    {
        public int StageCount => StepBench.StageCount(Engine, Configuration);

        public BenchStorage Storage() => new(
            Updates ?? (Streamed ? BenchStorage.InFile : BenchStorage.InMemory), Activations ?? BenchStorage.InMemory, Scratch);

        public BenchInput Input(BenchStorage storage, Checkpoint? checkpoint) =>
            BenchInput.Of(Engine, Configuration, Tokens, Seed, Streamed, storage, checkpoint);
    }

    private static string Share(double part) => part.ToString("0%", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(
        value switch { >= 100 => "0", >= 10 => "0.0", >= 1 => "0.00", >= 0.001 => "0.0000", 0 => "0", _ => "0.0e+00" }, CultureInfo.InvariantCulture);
}
