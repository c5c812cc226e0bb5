using System.Text;
using System.Text.Json.Nodes;
using Tint.Oracle.Serving;
using Tint.Oracle.Tests.Support;

namespace Tint.Oracle.Tests.Serving;

/// <summary>What the server answers; <c>TINT_FUZZ_MESSAGES</c> sets how many malformed messages are sent.</summary>
[Collection(FreshSet.Name)]
public class StreamServerTests(FreshSet set)
{
    private const string Linear = "LinearForward.a";
    private const int DefaultMessages = 2000;
    private const long MostBytes = 64L << 20;

    private static readonly ServeLimits Limits = new() { BodyBytes = 1 << 20, Time = TimeSpan.FromSeconds(30), Parallel = 2 };

    [Fact]
    public void It_says_what_it_can_do() =>
        Assert.Contains("cancel", Assert.Single(Serve(Message("{\"op\": \"describe\", \"id\": 7}"))).Header["operations"]!.ToJsonString(), StringComparison.Ordinal);

    [Fact]
    public void Requests_run_in_parallel_and_each_answer_has_its_requests_id()
    {
        var answers = Serve([.. Enumerable.Range(0, 6).SelectMany(id => Message(
            $"{{\"op\": \"case\", \"suite\": \"modules\", \"shape\": \"6/2/2/8/5\", \"case\": \"{Linear}\", \"seed\": 5, \"id\": {id}}}"))]);
        Assert.Equal([0, 1, 2, 3, 4, 5], answers.Select(answer => answer.Header["id"]!.GetValue<int>()).Order());
        Assert.All(answers, answer => Assert.True(answer.Header["ok"]!.GetValue<bool>()));
        Assert.Single(answers.Select(answer => Convert.ToHexString(answer.Body)).Distinct());
    }

    [Fact]
    public void A_module_runs_on_inputs_of_ones_own_and_answers_are_judged_and_explained()
    {
        var item = set.Case(Linear);
        var file = File.ReadAllBytes(item.FilePath);
        var tensors = set.Tensors(Linear);
        var inputs = Body(tensors.Where(pair => pair.Key.StartsWith("input.", StringComparison.Ordinal)));
        var ran = Assert.Single(Serve(Message(Request("run"), inputs)));
        Assert.True(ran.Header["ok"]!.GetValue<bool>(), ran.Header.ToJsonString());
        Assert.Contains("expected.hidden_states", Encoding.UTF8.GetString(ran.Body), StringComparison.Ordinal);

        var (shape, values) = tensors["simulated.signal"];
        var twice = Body(tensors.Where(pair => pair.Key.StartsWith("input.", StringComparison.Ordinal))
            .Append(new("answer.signal", (shape, Array.ConvertAll(values, value => 2 * value)))));
        var judged = Assert.Single(Serve(Message(Request("explain"), twice)));
        Assert.False(judged.Header["agrees"]!.GetValue<bool>());
        Assert.Contains("multiplied by 2", judged.Header["verdict"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.NotEmpty(file);

        string Request(string operation)
        {
            var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(set.Cases, "manifest.json")))!;
            var entry = manifest["cases"]!.AsArray().Single(one => one!["id"]!.GetValue<string>() == Linear)!;
            return new JsonObject
            {
                ["op"] = operation,
                ["module"] = entry["module"]!.DeepClone(),
                ["config"] = entry["config"]!.DeepClone(),
                ["options"] = entry["options"]!.DeepClone(),
                ["id"] = operation,
            }.ToJsonString();
        }
    }

    [Fact]
    public void A_request_that_is_being_worked_on_can_be_cancelled()
    {
        var answers = Serve([
            .. Message("{\"op\": \"case\", \"suite\": \"models\", \"shape\": \"48/6/16/8/64\", \"case\": \"TinT.gpt2.one_step\", \"id\": \"long\"}"),
            .. Message("{\"op\": \"cancel\", \"request\": \"long\", \"id\": 2}"),
        ]);
        Assert.Contains("cancelled", answers.Single(answer => answer.Header["id"]!.ToString() == "long").Header["error"]!.ToString(), StringComparison.Ordinal);
        Assert.True(answers.Single(answer => answer.Header["id"]!.ToString() == "2").Header["ok"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("{\"op\": \"cancel\"}", "'request'")]
    [InlineData("{\"op\": \"cancel\", \"request\": 5}", "no request of id 5")]
    [InlineData("hello", "JSON object")]
    [InlineData("[1]", "JSON object")]
    [InlineData("{\"op\": \"fly\"}", "one of describe")]
    [InlineData("{\"op\": 3}", "must be a text")]
    [InlineData("{}", "must name 'op'")]
    [InlineData("{\"op\": \"run\"}", "'config'")]
    [InlineData("{\"op\": \"run\", \"config\": {}}", "must bring its inputs")]
    [InlineData("{\"op\": \"run\", \"config\": {\"aux_max_positions\": 2000000000}}", "at most 65536")]
    [InlineData("{\"op\": \"case\", \"suite\": \"moon\"}", "suite must be known")]
    [InlineData("{\"op\": \"case\", \"shape\": \"60000/1/20000/1/9\"}", "entries here")]
    [InlineData("{\"op\": \"describe\", \"bytes\": -1}", "'bytes'")]
    [InlineData("{\"op\": \"describe\", \"bytes\": 9e99}", "'bytes'")]
    [InlineData("{\"op\": \"describe\", \"bytes\": 9000000}", "at most 1048576")]
    [InlineData("{\"op\": \"describe\", \"bytes\": 100}", "must be whole")]
    public void What_cannot_be_used_is_refused_in_one_line(string line, string words)
    {
        var answer = Assert.Single(Serve(Message(line)));
        Assert.False(answer.Header["ok"]!.GetValue<bool>());
        Assert.Contains(words, answer.Header["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_messages_neither_end_it_nor_fill_memory()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("TINT_FUZZ_MESSAGES"), out var asked) ? asked : DefaultMessages;
        var random = new Random(1);
        using var input = new Repeated(count, () => Malformed(random), Message("{\"op\": \"describe\", \"id\": \"last\"}"));
        using var output = new CountingStream();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var answered = new StreamServer(input, output, Limits).Run(CancellationToken.None);
        Assert.True(answered >= count / 2, $"{answered} answers to {count} messages");
        Assert.Contains("\"last\"", output.Tail, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostBytes);
    }

    private static byte[] Malformed(Random random)
    {
        var whole = Message("{\"op\": \"run\", \"module\": \"LinearForward\", \"config\": {\"aux_hidden_size\": 6}, \"bytes\": 12}", Encoding.UTF8.GetBytes("\n\n\n\nnothing!"));
        switch (random.Next(6))
        {
            case 0:
                random.NextBytes(whole);
                return [.. whole, (byte)'\n'];
            case 1:
                whole[random.Next(whole.Length)] = (byte)random.Next(256);
                return [.. whole, (byte)'\n'];
            case 2:
                return [.. whole.AsSpan(0, random.Next(60)), (byte)'\n'];
            case 3:
                return Encoding.UTF8.GetBytes(new string('{', random.Next(1, 200)) + "\n");
            case 4:
                return Encoding.UTF8.GetBytes("{\"op\": \"case\", \"seed\": 1e400, \"shape\": \"" + random.Next() + "/" + random.Next() + "\"}\n");
            default:
                return [.. whole, (byte)'\n'];
        }
    }

    private static List<(JsonObject Header, byte[] Body)> Serve(byte[] input)
    {
        using var output = new MemoryStream();
        new StreamServer(new MemoryStream(input), output, Limits).Run(CancellationToken.None);
        output.Position = 0;
        var (reader, answers) = (new MessageReader(output, new ServeLimits()), new List<(JsonObject, byte[])>());
        while (reader.Next() is { } answer)
        {
            Assert.Null(answer.Problem);
            answers.Add((answer.Header!, answer.Body));
        }

        return answers;
    }

    private static byte[] Message(string line, byte[]? body = null)
    {
        if (body is not null && !line.Contains("\"bytes\"", StringComparison.Ordinal))
        {
            line = $"{line[..^1]}, \"bytes\": {body.Length}}}";
        }

        return [.. Encoding.UTF8.GetBytes(line + "\n"), .. body ?? []];
    }

    private static byte[] Body(IEnumerable<KeyValuePair<string, (int[] Shape, double[] Values)>> tensors)
    {
        var path = Path.GetTempFileName();
        Fixtures.Safetensors.SafetensorsWriter.Write(path, tensors.Select(pair => new Fixtures.Safetensors.SafetensorsTensor(
            pair.Key, Fixtures.Safetensors.SafetensorsDataType.F64, [.. pair.Value.Shape.Select(size => (long)size)], pair.Value.Values)));
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }
}
