using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tint.Oracle.Serving;
using Tint.Reference;

namespace Tint.Oracle.Http;

/// <summary>
/// Serves the oracle over HTTP: <c>POST /</c> with a message as its body, a JSON line and the tensors behind it, is answered with one; <c>POST /run</c> and the
/// like name the operation in the path. <c>GET /</c> says what there is and <c>GET /openapi.json</c> describes it.
/// </summary>
/// <remarks>Nothing configures it but its arguments: neither settings files nor the environment are read, and nothing is logged.</remarks>
internal sealed class HttpServer : IDisposable
{
    private static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);

    private readonly WebApplication _application;
    private readonly HttpOracle _oracle;

    /// <summary>Begins to listen.</summary>
    /// <param name="address">Where.</param>
    /// <param name="limits">What a request may take.</param>
    /// <exception cref="RuleViolationException">The address cannot be had.</exception>
    public HttpServer(HttpAddress address, ServeLimits limits)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.BodyBytes + limits.HeaderBytes;
            kestrel.Limits.MaxConcurrentConnections = limits.Connections;
            kestrel.Limits.RequestHeadersTimeout = Headers;
            kestrel.Listen(address.Ip, address.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "TinT's oracle", Version = "1", Description = HttpOracle.Description };
            document.Servers?.Clear();
            return Task.CompletedTask;
        }));
        _application = builder.Build();
        _oracle = new HttpOracle(limits, _application.Lifetime.ApplicationStopping);
        _application.Use(new HttpGuard(address).Invoke);
        _application.UseRouting();
        _oracle.Map(_application);
        _application.MapOpenApi("/openapi.json");
        _application.MapFallback(HttpOracle.NotFound);
        try
        {
            _application.Start();
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            throw new RuleViolationException("the port must be free and the address this machine's", $"{address}: {exception.Message}", "name another with --http or --address");
        }
    }

    /// <summary>Serves until the token is cancelled; what is being worked on then is refused.</summary>
    /// <returns>How many requests were answered.</returns>
    public int Run(CancellationToken token)
    {
        token.WaitHandle.WaitOne();
        using var patience = new CancellationTokenSource(Shutdown);
        _application.StopAsync(patience.Token).GetAwaiter().GetResult();
        return _oracle.Answered;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ((IDisposable)_application).Dispose();
        _oracle.Dispose();
    }
}
