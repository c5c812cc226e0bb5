using System.Net;
using System.Net.Sockets;
using System.Text;
using Tint.Oracle.Serving;

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
        _server = new HttpServer(port, new ServeLimits { BodyBytes = 1 << 16 });
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
        Assert.Equal("3.1.0", description.RootElement.GetProperty("openapi").GetString());
        var (status, body) = await Ask("{\"op\": \"case\", \"suite\": \"modules\", \"shape\": \"6/2/2/8/5\", \"case\": \"LinearForward.a\"}\n");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("expected.hidden_states", body, StringComparison.Ordinal);
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
        Assert.True(other is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{other}");
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
}
