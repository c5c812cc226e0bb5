using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Tint.Oracle.Serving;

/// <summary>
/// Serves the oracle over HTTP on the loopback address: <c>POST /</c> with a message as its body, a JSON line and the tensors behind it, is answered with one;
/// <c>GET /</c> says what there is and <c>GET /openapi.json</c> describes it.
/// </summary>
/// <remarks>
/// Programs on this machine may ask, web pages may not: a request with an <c>Origin</c>, as browsers send it, or for another host than the loopback address, as
/// a name that was bound anew brings it, is refused. The platform's own listener does it, so that the tool needs no second framework.
/// </remarks>
internal sealed class HttpServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ServeLimits _limits;
    private readonly OracleService _service;
    private readonly SemaphoreSlim _room;
    private readonly int _port;

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port.</param>
    /// <param name="limits">What a request may take.</param>
    /// <exception cref="Reference.RuleViolationException">The port cannot be had.</exception>
    public HttpServer(int port, ServeLimits limits)
    {
        (_port, _limits, _service, _room) = (port, limits, new OracleService(limits), new SemaphoreSlim(limits.Parallel));
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        try
        {
            _listener.Start();
        }
        catch (Exception exception) when (exception is HttpListenerException or System.Net.Sockets.SocketException)
        {
            throw new Reference.RuleViolationException("the port must be free", $"{port}: {exception.Message}", "name another with --http");
        }
    }

    /// <summary>Serves until the token is cancelled.</summary>
    /// <returns>How many requests were answered.</returns>
    public int Run(CancellationToken token)
    {
        using var stop = token.Register(_listener.Stop);
        var answered = 0;
        while (!token.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = _listener.GetContext();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                break;
            }

            answered++;
            _ = Task.Run(() => Answer(context, token), CancellationToken.None);
        }

        return answered;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ((IDisposable)_listener).Dispose();
        _room.Dispose();
    }

    private void Answer(HttpListenerContext context, CancellationToken token)
    {
        try
        {
            var (status, type, body) = Respond(context.Request, token);
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            context.Response.Headers["X-Content-Type-Options"] = "nosniff";
            context.Response.ContentLength64 = body.Length;
            context.Response.OutputStream.Write(body);
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException or ProtocolViolationException)
        {
            // The other side has gone.
            context.Response.Abort();
        }
    }

    private (int Status, string Type, byte[] Body) Respond(HttpListenerRequest request, CancellationToken token)
    {
        if (request.Headers["Origin"] is not null || (request.UserHostName is not { } host || (host != $"127.0.0.1:{_port}" && host != $"localhost:{_port}")))
        {
            return Refused(403, "requests must come from a program on this machine, for 127.0.0.1, and not from a web page");
        }

        switch (request.HttpMethod, request.Url?.AbsolutePath)
        {
            case ("GET", "/"):
                return Message(200, _service.Answer(new JsonObject { ["op"] = "describe" }, [], token));
            case ("GET", "/openapi.json"):
                return (200, "application/json", Encoding.UTF8.GetBytes(OpenApi.Text));
            case ("POST", "/"):
                break;
            default:
                return Refused(404, "there are POST /, GET / and GET /openapi.json");
        }

        if (request.ContentLength64 < 0 || request.ContentLength64 > _limits.BodyBytes + _limits.HeaderBytes)
        {
            return Refused(413, $"a request must say its length, at most {_limits.BodyBytes + _limits.HeaderBytes} bytes");
        }

        if (new MessageReader(request.InputStream, _limits).Next() is not { } message)
        {
            return Refused(400, "a request must bring a message: a line of JSON and the tensors behind it");
        }

        if (message.Problem is { } problem)
        {
            return Refused(400, problem);
        }

        if (!_room.Wait(_limits.Time, token))
        {
            return Refused(503, "too many requests at a time; ask again");
        }

        return Work(message.Header!, message.Body, token);
    }

    /// <summary>Work that goes on beyond its time keeps its place among those that run.</summary>
    private (int Status, string Type, byte[] Body) Work(JsonObject header, byte[] body, CancellationToken token)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(token);
        time.CancelAfter(_limits.Time);
        var work = Task.Run(() => _service.Answer(header, body, time.Token), CancellationToken.None);
        work.ContinueWith(_ => _room.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            work.Wait(time.Token);
            return Message(work.Result.Header["ok"]!.GetValue<bool>() ? 200 : 400, work.Result);
        }
        catch (Exception exception) when (exception is OperationCanceledException or AggregateException)
        {
            return Refused(503, FormattableString.Invariant($"a request may take {_limits.Time.TotalSeconds} s; this one took longer; use a smaller shape"));
        }
    }

    private static (int Status, string Type, byte[] Body) Refused(int status, string message) => Message(status, ServeAnswer.Refusal(message));

    private static (int Status, string Type, byte[] Body) Message(int status, ServeAnswer answer) =>
        (status, answer.Body.Length == 0 ? "application/json" : "application/octet-stream", answer.Message(id: null));
}
