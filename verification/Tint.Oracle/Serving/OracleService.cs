using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Oracle.Answers;
using Tint.Oracle.Cases;
using Tint.Oracle.Judging;
using Tint.Oracle.Reports;
using Tint.Verification;
using Tint.Verification.Engines;

namespace Tint.Oracle.Serving;

/// <summary>Answers requests, each on its own: nothing is kept from one to the next. Safe for several threads.</summary>
/// <remarks>
/// <para><c>describe</c>: the operations and limits; a transport may have operations of its own, as <c>cancel</c>.</para>
/// <para><c>run</c>: a module or a whole model on inputs of one's own, tensors <c>input.*</c> with <c>module</c>, <c>config</c> and <c>options</c> as in a
/// manifest, and <c>hf_config</c> for a family's model; answers <c>expected.*</c>, <c>bound.*</c>, <c>simulated.*</c>, <c>exact.*</c>, <c>trace.*</c>.</para>
/// <para><c>judge</c>, <c>explain</c>: the same, with tensors <c>answer.*</c> that are judged; <c>explain</c> also looks for the mistake.</para>
/// <para><c>case</c>: one fresh case, by <c>suite</c>, <c>seed</c>, <c>shape</c>, <c>family</c>, <c>dtype</c> and <c>case</c>, its id; without an id, the ids.</para>
/// </remarks>
internal sealed class OracleService(ServeLimits limits, params string[] ofTransport)
{
    private static readonly string[] Operations = ["describe", "run", "judge", "explain", "case"];

    /// <summary>Answers a request. Whatever is wrong with it is in the answer; nothing is thrown but by cancellation.</summary>
    /// <param name="header">The request's header.</param>
    /// <param name="body">Its tensors, a safetensors file's bytes; may be empty.</param>
    /// <param name="token">Cancels the work where it can be interrupted.</param>
    public ServeAnswer Answer(JsonObject header, byte[] body, CancellationToken token)
    {
        string? folder = null;
        try
        {
            var operation = Text(header, "op") ?? throw new ServeException($"a request must name 'op'; use one of {string.Join(", ", Operations)}");
            if (operation == "describe")
            {
                return Describe();
            }

            folder = Directory.CreateTempSubdirectory("tint-serve-").FullName;
            token.ThrowIfCancellationRequested();
            return operation switch
            {
                "run" => Run(Draft(header, body, folder), folder),
                "judge" or "explain" => Judge(header, body, folder, operation == "explain", token),
                "case" => Case(header, folder),
                _ => throw new ServeException($"'op' must be one of {string.Join(", ", Operations)}; got '{Printable.Name(operation)}'"),
            };
        }
        catch (ServeException exception)
        {
            return ServeAnswer.Refusal(exception.Message);
        }
        catch (OperationCanceledException)
        {
            throw;
        }
        catch (Exception exception)
        {
            return ServeAnswer.Refusal(Complaint.Of(exception, ConfigurationNames.InManifest));
        }
        finally
        {
            Remove(folder);
        }
    }

    private ServeAnswer Describe() => new(
        new JsonObject
        {
            ["ok"] = true,
            ["name"] = "tint",
            ["version"] = typeof(OracleService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            ["operations"] = new JsonArray([.. Operations.Concat(ofTransport).Select(operation => (JsonNode)operation)]),
            ["modules"] = new JsonArray([.. FixtureModules.All.Where(module => module != FixtureModules.Auxiliary).Select(module => (JsonNode)module)]),
            ["families"] = new JsonArray([.. CaseSuites.Families.Select(family => (JsonNode)family)]),
            ["suites"] = new JsonArray([.. CaseSuites.Names.Select(suite => (JsonNode)suite)]),
            ["limits"] = new JsonObject
            {
                ["header_bytes"] = limits.HeaderBytes,
                ["body_bytes"] = limits.BodyBytes,
                ["seconds"] = limits.Time.TotalSeconds,
                ["parallel"] = limits.Parallel,
                ["size"] = limits.Size,
                ["count"] = limits.Count,
                ["state_entries"] = limits.StateEntries,
            },
        },
        []);

    private static ServeAnswer Run(GivenCase given, string folder)
    {
        var entry = ComputedCase.Write(folder, given.Entry, given.Inputs);
        return Tensors(entry, folder, name => !name.StartsWith("input.", StringComparison.Ordinal));
    }

    private ServeAnswer Judge(JsonObject header, byte[] body, string folder, bool explain, CancellationToken token)
    {
        var given = Draft(header, body, folder);
        if (given.Answers.Count == 0)
        {
            throw new ServeException("there must be tensors to judge; got none named answer.*; name them answer.logits and so on");
        }

        var entry = ComputedCase.Write(folder, given.Entry, given.Inputs);
        token.ThrowIfCancellationRequested();
        var item = ComputedCase.Parse(entry, folder, isDraft: false);
        var judgement = AnswerJudge.Judge(item, new AnswerSet(item.Id, given.Answers, []), explain);
        if (judgement.Problem is { } problem)
        {
            throw new ServeException(problem);
        }

        var row = JsonSerializer.SerializeToNode(JudgementDocument.CaseRow.Of(judgement), JudgementJson.Default.CaseRow);
        return new ServeAnswer(new JsonObject { ["ok"] = true, ["agrees"] = judgement.Passed, ["verdict"] = row }, []);
    }

    private ServeAnswer Case(JsonObject header, string folder)
    {
        var shape = CaseShape.Parse(Text(header, "shape") ?? CaseShape.Defaults[0].Text);
        CheckSizes(new JsonObject { ["aux_hidden_size"] = shape.Width, ["num_prefixes"] = shape.Prefixes, ["aux_num_heads"] = shape.Heads, ["num_heads"] = 1 });
        CheckState(shape.Prefixes + shape.Tokens, (long)shape.Width * ((shape.Width / Math.Max(1, shape.Prefixes)) + 1), shape.Tokens);
        var seed = header["seed"] is JsonValue value && value.TryGetValue<int>(out var number) ? number
            : header["seed"] is null ? 1
            : throw new ServeException("'seed' must be a whole number");
        var type = Text(header, "dtype") ?? "float64";
        if (!FixtureModules.DataTypes.Contains(type))
        {
            throw new ServeException($"'dtype' must be one of {string.Join(", ", FixtureModules.DataTypes)}; got '{Printable.Name(type)}'");
        }

        var drafts = CaseSuites.Drafts(Text(header, "suite") ?? "modules", [shape], Text(header, "family"), type, seed).Select(draft => draft());
        if (Text(header, "case") is not { } id)
        {
            return new ServeAnswer(new JsonObject { ["ok"] = true, ["cases"] = new JsonArray([.. drafts.Select(draft => (JsonNode)draft.Id)]) }, []);
        }

        var chosen = drafts.FirstOrDefault(draft => draft.Id == id)
            ?? throw new ServeException($"the suite has no case '{Printable.Name(id)}'; ask without 'case' for the ids");
        return Tensors(ComputedCase.Write(folder, chosen), folder, _ => true);
    }

    private static ServeAnswer Tensors(JsonObject entry, string folder, Predicate<string> wanted)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, entry["file"]!.GetValue<string>()));
        var target = Path.Combine(folder, "answer.safetensors");
        SafetensorsWriter.Write(target, file.Tensors.Where(item => wanted(item.Name)).Select(item => GivenCase.Copy(file, item)));
        entry.Remove("file");
        return new ServeAnswer(new JsonObject { ["ok"] = true, ["case"] = entry }, File.ReadAllBytes(target));
    }

    private GivenCase Draft(JsonObject header, byte[] body, string folder)
    {
        var config = header["config"] as JsonObject ?? throw new ServeException("a request must have 'config', an object as in a manifest");
        CheckSizes(config);
        CheckModel(header["hf_config"]);
        var given = GivenCase.Read(header, body, folder);
        var shape = given.Inputs.FirstOrDefault(tensor => tensor.Name is "input.input_ids" or "input.hidden_states")?.Shape
            ?? throw new ServeException("there must be inputs; got neither input.hidden_states nor input.input_ids among the tensors");
        if (shape.Count < 2)
        {
            throw new ServeException("inputs must be [B × T] or [B × (K + T) × D_sim]; got fewer axes");
        }

        CheckState(shape[1] + Number(config, "num_prefixes"), Number(config, "hidden_size"), shape[1]);
        return given;
    }

    private void CheckSizes(JsonObject config)
    {
        foreach (var (name, value) in config)
        {
            if (value is JsonValue number && number.TryGetValue<double>(out var size))
            {
                var most = name is "aux_num_layers" or "num_sgd_steps" or "num_trained_layers" ? limits.Count
                    : name.StartsWith("aux_", StringComparison.Ordinal) || name is "hidden_size" or "num_heads" or "num_prefixes" ? limits.Size
                    : double.PositiveInfinity;
                if (!(size <= most))
                {
                    throw new ServeException(FormattableString.Invariant($"'{Printable.Name(name)}' must be at most {most} here; got {size}; use the command line for more"));
                }
            }
        }
    }

    /// <summary>No number of a model's own configuration may be a size beyond the limit, before anything is made of it; what limits no size may be any.</summary>
    private void CheckModel(JsonNode? model)
    {
        foreach (var (name, value) in model as JsonObject ?? [])
        {
            var most = name.Contains("layer", StringComparison.Ordinal) ? limits.Count : limits.Size;
            var limitsNothing = name.Contains("theta", StringComparison.Ordinal) || name.EndsWith("_id", StringComparison.Ordinal);
            if (!limitsNothing && value is JsonValue number && number.TryGetValue<double>(out var size) && !(size <= most))
            {
                throw new ServeException(FormattableString.Invariant($"hf_config: '{Printable.Name(name)}' must be at most {most} here; got {size}; use the command line for more"));
            }
        }
    }

    private void CheckState(long rows, long columns, long tokens)
    {
        if (rows < 0 || columns < 0 || rows * (double)columns > limits.StateEntries || tokens * (double)tokens > limits.StateEntries)
        {
            throw new ServeException(
                $"states and attention must have at most {limits.StateEntries} entries here; got {rows} × {columns} and {tokens} × {tokens}; use the command line for more");
        }
    }

    private static long Number(JsonObject config, string name) =>
        config[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;

    private static string? Text(JsonObject header, string name) => header[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw new ServeException($"'{name}' must be a text"),
    };

    private static void Remove(string? folder)
    {
        try
        {
            if (folder is not null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The system's own cleaning takes what is left of a scratch folder.
        }
    }
}
