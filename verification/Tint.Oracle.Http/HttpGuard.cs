using Microsoft.AspNetCore.Http;
using Tint.Verification;

namespace Tint.Oracle.Http;

/// <summary>
/// Lets through what programs ask of this server. A request with an <c>Origin</c> or a <c>Sec-Fetch-Site</c>, as browsers send them for web pages, or for another host, as
/// a name that was bound anew brings it, is refused. Whatever goes wrong behind it is one line.
/// </summary>
/// <param name="address">Where the server listens.</param>
internal sealed class HttpGuard(HttpAddress address)
{
    /// <summary>Refuses a request or passes it on.</summary>
    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            var headers = context.Request.Headers;
            if (headers.Origin.Count > 0 || (headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "none") || !address.Answers(context.Request.Host))
            {
                await HttpOracle.Refuse(context, StatusCodes.Status403Forbidden, $"requests must come from a program, for {address}, and not from a web page; --host lets another name through");
                return;
            }

            await next(context);
        }
        catch (BadHttpRequestException exception)
        {
            await HttpOracle.Refuse(context, exception.StatusCode, exception.Message);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The other side has gone.
        }
        catch (Exception exception)
        {
            await HttpOracle.Refuse(context, StatusCodes.Status500InternalServerError, Complaint.Of(exception));
        }
    }
}
