using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Tint.Fixtures;

namespace Tint.Oracle.Serving;

/// <summary>Serves the oracle over two streams, such as standard input and output: requests run in parallel and are answered as they end.</summary>
/// <param name="input">Where requests come from.</param>
/// <param name="output">Where answers go.</param>
/// <param name="limits">What a request may take.</param>
internal sealed class StreamServer(Stream input, Stream output, ServeLimits limits)
{
    private readonly OracleService _service = new(limits, "cancel");
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _cancellations = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();

    /// <summary>Serves until the input ends or the token is cancelled.</summary>
    /// <returns>How many requests were answered.</returns>
    public int Run(CancellationToken token)
    {
        var reader = new MessageReader(input, limits);
        using var room = new SemaphoreSlim(limits.Parallel);
        var (running, answered) = (new List<Task>(), 0);
        while (!token.IsCancellationRequested && reader.Next() is { } message)
        {
            var id = Id(message.Header);
            if (message.Problem is { } problem)
            {
                Write(id, ServeAnswer.Refusal(problem));
                answered++;
                continue;
            }

            if (IsCancel(message.Header!))
            {
                Write(id, Cancel(message.Header!));
                answered++;
                continue;
            }

            room.Wait(token);
            running.RemoveAll(task => task.IsCompleted);
            var cancellation = new CancellationTokenSource();
            if (id is not null)
            {
                _cancellations[id.ToJsonString()] = cancellation;
            }

            running.Add(Task.Run(() => Work(id, message.Header!, message.Body, room, cancellation, token), token));
            answered++;
        }

        try
        {
            Task.WhenAll(running).Wait((int)limits.Time.TotalMilliseconds, token);
        }
        catch (Exception exception) when (exception is AggregateException or OperationCanceledException)
        {
            // Cancelled work has no answer to wait for.
        }

        return answered;
    }

    private static bool IsCancel(JsonObject header)
    {
        try
        {
            return header["op"] is JsonValue value && value.TryGetValue<string>(out var operation) && operation == "cancel";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }

    /// <summary>The id that an answer repeats: a number or a valid text; null for anything else.</summary>
    private static JsonNode? Id(JsonObject? header, string name = "id")
    {
        try
        {
            return header?[name] is JsonValue value && (value.TryGetValue<string>(out _) || value.TryGetValue<double>(out _)) ? value.DeepClone() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, here or in a name beside it.
            return null;
        }
    }

    /// <summary>Works on a request. Work that goes on beyond its time keeps its place among those that run, but its answer is the refusal.</summary>
    private void Work(JsonNode? id, JsonObject header, byte[] body, SemaphoreSlim room, CancellationTokenSource cancellation, CancellationToken token)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation.Token, token);
        time.CancelAfter(limits.Time);
        var work = Task.Run(() => _service.Answer(header, body, time.Token), CancellationToken.None);
        try
        {
            work.Wait(time.Token);
            Write(id, work.Result);
        }
        catch (Exception exception) when (exception is OperationCanceledException or AggregateException)
        {
            Write(id, ServeAnswer.Refusal(token.IsCancellationRequested ? "the server is shutting down"
                : cancellation.IsCancellationRequested ? "cancelled, as was asked"
                : FormattableString.Invariant($"a request may take {limits.Time.TotalSeconds} s; this one took longer; use a smaller shape")));
        }

        if (id is not null)
        {
            _cancellations.TryRemove(new(id.ToJsonString(), cancellation));
        }

        work.ContinueWith(_ => Release(room), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Gives up the request whose id <c>request</c> names; it is answered with a refusal then.</summary>
    private ServeAnswer Cancel(JsonObject header)
    {
        if (Id(header, "request") is not { } request)
        {
            return ServeAnswer.Refusal("'request' must be the id of the request that is to be cancelled, a number or a text");
        }

        if (!_cancellations.TryGetValue(request.ToJsonString(), out var cancellation))
        {
            return ServeAnswer.Refusal($"no request of id {Printable.Text(request.ToJsonString())} is being worked on");
        }

        cancellation.Cancel();
        return new ServeAnswer(new JsonObject { ["ok"] = true }, []);
    }

    private static void Release(SemaphoreSlim room)
    {
        try
        {
            room.Release();
        }
        catch (ObjectDisposedException)
        {
            // The server has ended meanwhile.
        }
    }

    private void Write(JsonNode? id, ServeAnswer answer)
    {
        var message = answer.Message(id);
        lock (_writing)
        {
            output.Write(message);
            output.Flush();
        }
    }
}
