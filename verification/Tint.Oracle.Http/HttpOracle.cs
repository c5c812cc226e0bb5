using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Tint.Oracle.Serving;

namespace Tint.Oracle.Http;

/// <summary>The routes: each reads a message, has it worked on within its time, and writes the answer.</summary>
/// <param name="limits">What a request may take.</param>
/// <param name="stopping">Cancelled when the server ends.</param>
internal sealed class HttpOracle(ServeLimits limits, CancellationToken stopping) : IDisposable
{
    /// <summary>What is said of the whole.</summary>
    public const string Description =
        "Messages are a line of JSON and, behind it, as many bytes of a safetensors file as its field 'bytes' says. Requests are independent; nothing is kept.";

    private const string Json = "application/json";
    private const string Binary = "application/octet-stream";

    private readonly OracleService _service = new(limits);
    private readonly SemaphoreSlim _room = new(limits.Parallel);
    private int _answered;

    /// <summary>How many requests were answered.</summary>
    public int Answered => _answered;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (Delegate)Describe).WithName("describe").WithSummary("Operations, modules and limits.").Produces<JsonObject>(contentType: Json);
        Post("/", null, "A message that names its operation, 'op'.");
        Post("/run", "run", "A module or a whole model on inputs of yours: 'module', 'config', 'options' as in a manifest; tensors input.*; gives expected.*, bound.*, simulated.*, exact.*, trace.*.");
        Post("/judge", "judge", "The same, with tensors answer.*: 'agrees' and 'verdict'.");
        Post("/explain", "explain", "Judges, and looks for the mistake that the answers look like.");
        Post("/case", "case", "A fresh case: 'suite', 'seed', 'shape', 'family', 'dtype' and 'case', an id; without it the ids.");

        void Post(string path, string? operation, string summary) => routes
            .MapPost(path, (Delegate)((HttpContext context) => Answer(context, operation)))
            .WithName(operation ?? "message")
            .WithSummary(summary)
            .AddOpenApiOperationTransformer((described, _, _) =>
            {
                // Any content type is taken, so that a plain client need name none; this is what it is.
                described.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType> { [Binary] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } } },
                };
                return Task.CompletedTask;
            })
            .Produces<Stream>(contentType: Binary)
            .Produces<Refusal>(StatusCodes.Status400BadRequest)
            .Produces<Refusal>(StatusCodes.Status403Forbidden)
            .Produces<Refusal>(StatusCodes.Status413PayloadTooLarge)
            .Produces<Refusal>(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>What is no route.</summary>
    public static Task NotFound(HttpContext context) =>
        Refuse(context, StatusCodes.Status404NotFound, "there are GET /, GET /openapi.json, and POST to /, /run, /judge, /explain and /case");

    /// <summary>Answers with one line, unless an answer has begun.</summary>
    public static Task Refuse(HttpContext context, int status, string message) =>
        context.Response.HasStarted ? Task.CompletedTask : Write(context, status, ServeAnswer.Refusal(message));

    /// <inheritdoc/>
    public void Dispose() => _room.Dispose();

    private Task Describe(HttpContext context)
    {
        Interlocked.Increment(ref _answered);
        return Write(context, StatusCodes.Status200OK, _service.Answer(new JsonObject { ["op"] = "describe" }, [], context.RequestAborted));
    }

    private async Task Answer(HttpContext context, string? operation)
    {
        Interlocked.Increment(ref _answered);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        time.CancelAfter(limits.Time);
        var work = Task.CompletedTask;
        try
        {
            // A place is taken before the body is read, so that no more bodies are in memory than there are places.
            await _room.WaitAsync(time.Token);
            try
            {
                var (message, problem) = await Read(context, operation, time.Token);
                if (problem is not null)
                {
                    await Refuse(context, StatusCodes.Status400BadRequest, problem);
                    return;
                }

                var answer = Task.Run(() => _service.Answer(message.Header, message.Body, time.Token), CancellationToken.None);
                work = answer;
                var given = await answer.WaitAsync(time.Token);
                await Write(context, given.Header["ok"]!.GetValue<bool>() ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, given);
            }
            finally
            {
                // Work that goes on beyond its time keeps its place among those that run.
                _ = work.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Refuse(context, StatusCodes.Status503ServiceUnavailable, stopping.IsCancellationRequested
                ? "the server is shutting down"
                : FormattableString.Invariant($"a request may take {limits.Time.TotalSeconds} s, waiting included; this one took longer; ask again, or use a smaller shape"));
        }
    }

    private async Task<((JsonObject Header, byte[] Body) Message, string? Problem)> Read(HttpContext context, string? operation, CancellationToken token)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, token);
        content.Position = 0;
        if (new MessageReader(content, limits).Next() is not { } message)
        {
            return (default, "a request must bring a message: a line of JSON and the tensors behind it");
        }

        if (message.Problem is null && operation is not null)
        {
            if (message.Header!["op"] is { } named && !(named is JsonValue value && value.TryGetValue<string>(out var text) && text == operation))
            {
                return (default, $"'op' must be that of the path, {operation}, or be left out");
            }

            message.Header!["op"] = operation;
        }

        return ((message.Header!, message.Body), message.Problem);
    }

    private void Release()
    {
        try
        {
            _room.Release();
        }
        catch (ObjectDisposedException)
        {
            // The server has ended meanwhile.
        }
    }

    private static async Task Write(HttpContext context, int status, ServeAnswer answer)
    {
        var message = answer.Message(id: null);
        context.Response.StatusCode = status;
        context.Response.ContentType = answer.Body.Length == 0 ? Json : Binary;
        context.Response.ContentLength = message.Length;
        await context.Response.Body.WriteAsync(message, context.RequestAborted);
    }

    /// <summary>What cannot be used, in one line.</summary>
    private sealed record Refusal(bool Ok, string Error);
}
