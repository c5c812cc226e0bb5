using System.Net;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Oracle.Http;

/// <summary>Where the server listens, and the names by which requests may call it.</summary>
/// <param name="Ip">The address; 127.0.0.1 unless told otherwise.</param>
/// <param name="Port">The port.</param>
/// <param name="Names">Further values of <c>Host</c>, without port, that are let through: the machine's name where others ask it.</param>
internal sealed record HttpAddress(IPAddress Ip, int Port, IReadOnlyList<string> Names)
{
    /// <summary>An address of a command line.</summary>
    /// <exception cref="RuleViolationException">A text is no address, the port too large, or an address that stands for all has no name.</exception>
    public static HttpAddress Parse(string? address, int port, IReadOnlyList<string> names)
    {
        if (port > IPEndPoint.MaxPort)
        {
            throw new RuleViolationException("a port must be at most 65535", $"{port}", "name another with --http");
        }

        if (address is null)
        {
            return new HttpAddress(IPAddress.Loopback, port, names);
        }

        if (!IPAddress.TryParse(address, out var ip))
        {
            throw new RuleViolationException("an address to listen on must be an IP address of this machine", $"'{Printable.Name(address)}'", "use one such as 127.0.0.1 or ::1");
        }

        return names.Count == 0 && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? throw new RuleViolationException("who listens on all addresses must say by which names requests may call it", address, "add --host with this machine's name or address")
            : new HttpAddress(ip, port, names);
    }

    /// <summary>Whether a request for that host is meant for this server.</summary>
    public bool Answers(Microsoft.AspNetCore.Http.HostString host) =>
        (host.Port ?? 80) == Port
        && ((IPAddress.IsLoopback(Ip) && host.Host == "localhost")
            || (IPAddress.TryParse(host.Host, out var asked) && asked.Equals(Ip))
            || Names.Contains(host.Host, StringComparer.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Ip, Port).ToString();
}
