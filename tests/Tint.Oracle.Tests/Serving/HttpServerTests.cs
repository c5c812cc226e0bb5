using System.Net;
using System.Net.Sockets;
using System.Text;
using Tint.Oracle.Http;
using Tint.Oracle.Serving;
using Tint.Reference;

namespace Tint.Oracle.Tests.Serving;

public sealed class HttpServerTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpServer _server;
    private readonly Task<int> _running;
    private readonly HttpClient _client;

    public HttpServerTests()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        _server = new HttpServer(HttpAddress.Parse(null, port, ["oracle.example"]), new ServeLimits { BodyBytes = 1 << 16 });
        _running = Task.Run(() => _server.Run(_stop.Token));
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    }

    public void Dispose()
    {
        _client.Dispose();
        _stop.Cancel();
        _running.Wait();
        _server.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task It_describes_itself_and_answers_messages()
    {
        Assert.Contains("\"operations\"", await _client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
        using var description = System.Text.Json.JsonDocument.Parse(await _client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative)));
        Assert.StartsWith("3.1.", description.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = description.RootElement.GetProperty("paths");
        Assert.Equal(["/", "/case", "/explain", "/judge", "/run"], paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        Assert.True(paths.GetProperty("/judge").GetProperty("post").GetProperty("responses").TryGetProperty("413", out _));
        var (status, body) = await Ask("{\"op\": \"case\", \"suite\": \"modules\", \"shape\": \"6/2/2/8/5\", \"case\": \"LinearForward.a\"}\n");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("expected.hidden_states", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_names_the_operation()
    {
        var (status, body) = await Ask("{\"suite\": \"modules\", \"shape\": \"6/2/2/8/5\"}\n", request => request.RequestUri = new Uri("/case", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("LinearForward.a", body, StringComparison.Ordinal);
        (status, body) = await Ask("{\"op\": \"run\"}\n", request => request.RequestUri = new Uri("/case", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("that of the path", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_run_in_parallel()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed =>
            Ask($"{{\"op\": \"case\", \"shape\": \"6/2/2/8/5\", \"case\": \"LinearForward.a\", \"seed\": {seed % 2}}}\n")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(2, answers.Select(answer => answer.Body).Distinct().Count());
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("{\"op\": \"fly\"}\n")]
    [InlineData("{\"op\": \"describe\", \"bytes\": 9}\n")]
    [InlineData("")]
    public async Task What_cannot_be_used_is_refused(string message)
    {
        var (status, body) = await Ask(message);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("\"ok\":false", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_pages_other_hosts_long_bodies_and_other_paths_are_refused()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await Ask("{\"op\": \"describe\"}\n", request => request.Headers.Add("Origin", "http://example.org"))).Status);
        var other = (await Ask("{\"op\": \"describe\"}\n", request => request.Headers.Host = "example.org")).Status;
        Assert.Equal(HttpStatusCode.Forbidden, other);
        Assert.Equal(HttpStatusCode.Forbidden, (await Ask("{\"op\": \"describe\"}\n", request => request.Headers.Add("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask("{\"op\": \"describe\"}\n", request => request.Headers.Host = $"oracle.example:{_client.BaseAddress!.Port}")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Ask(new string(' ', 200_000))).Status);
        using var missing = await _client.GetAsync(new Uri("/secret", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private async Task<(HttpStatusCode Status, string Body)> Ask(string message, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(message)) };
        change?.Invoke(request);
        using var response = await _client.SendAsync(request);
        return (response.StatusCode, Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()));
    }

    [Theory]
    [InlineData("moon", 80, "IP address")]
    [InlineData("0.0.0.0", 80, "--host")]
    [InlineData(null, 70000, "65535")]
    public void An_address_that_cannot_be_used_is_refused(string? address, int port, string words) =>
        Assert.Contains(words, Assert.Throws<RuleViolationException>(() => HttpAddress.Parse(address, port, [])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Malformed_requests_neither_end_it_nor_fill_memory()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("TINT_FUZZ_MESSAGES"), out var asked) ? asked : 500;
        var random = new Random(1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var message = 0; message < count; message++)
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(IPAddress.Loopback, _client.BaseAddress!.Port);
            var stream = connection.GetStream();
            await stream.WriteAsync(Malformed(random));
            if (random.Next(4) > 0)
            {
                connection.Client.Shutdown(SocketShutdown.Send);
                var answer = new byte[1 << 12];
                try
                {
                    Assert.DoesNotContain("200 OK", Encoding.Latin1.GetString(answer, 0, await stream.ReadAsync(answer)), StringComparison.Ordinal);
                }
                catch (IOException)
                {
                    // What is no HTTP at all may be cut off.
                }
            }
        }

        Assert.Contains("\"operations\"", await _client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64L << 20);
    }

    private static byte[] Malformed(Random random)
    {
        var whole = Encoding.Latin1.GetBytes("POST / HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 20\r\n\r\n{\"op\": \"describe\"}\n\n");
        switch (random.Next(4))
        {
            case 0:
                random.NextBytes(whole);
                return whole;
            case 1:
                whole[random.Next(whole.Length)] = (byte)random.Next(256);
                return whole;
            case 2:
                return whole[..random.Next(1, whole.Length)];
            default:
                return Encoding.Latin1.GetBytes($"GET /{new string('x', random.Next(1, 20_000))} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        }
    }
}
