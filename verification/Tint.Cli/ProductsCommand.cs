using System.CommandLine;
using System.Globalization;
using Tint.Verification.Benchmarks;

namespace Tint.Cli;

/// <summary><c>tint products</c>: the matrix products of a provider, timed and checked.</summary>
internal static class ProductsCommand
{
    private const string Description = """
        Times matrix products of the shapes that a step of GPT-2 small has, and checks entries of each.

        Prints rate and the greatest error over its rounding bound. Exit code: 0 if every entry that was looked at lies within
        its bound, 1 if one does not, 2 if the provider is not there or the run was cancelled.

        Examples:
          tint products
          tint products --provider cuda --json products.json
        """;

    private const string Json = "--json";

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var json = Words.Text(Json, "FILE", "Also write the results to a JSON file; - for standard output.");
        var provider = new ProviderOption();
        var command = new Command("products", Description) { json };
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() => Run(terminal, provider.Use(parsed, tasks: 1).Description, parsed.GetValue(json), token)));
        return command;
    }

    private static int Run(Terminal terminal, string provider, string? json, CancellationToken token)
    {
        using var outputs = OutputFiles.Open(terminal, (Json, json));
        ProductDocument document;
        try
        {
            document = new ProductDocument(provider, ProductBench.Run(token));
        }
        catch (OperationCanceledException)
        {
            outputs.Cancelled("no product was judged");
            return ExitCode.Unusable;
        }

        var output = outputs.Report.Output;
        output.WriteLine($"products of {provider}; error/bound of {document.Products[0].EntriesChecked} entries each");
        foreach (var product in document.Products)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{product.DataType} [{product.Rows} × {product.Depth}]·[{product.Depth} × {product.Columns}]: {product.FlopsPerSecond / 1e9:0.0} GFLOP/s, error/bound {product.Ratio:0.0000}"));
        }

        // Not "greater than 1": what is not a number does not hold either.
        var broken = document.Products.Count(product => !(product.Ratio <= 1));
        var fastest = document.Products.Where(product => product.DataType == "float64").Max(product => product.FlopsPerSecond) / 1e9;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{document.Products.Count - broken} products within their bounds, {broken} not; float64 at best {fastest:0.0} GFLOP/s"));
        outputs.Write(Json, document.WriteTo);
        return outputs.HasFailed ? ExitCode.Unusable : broken > 0 ? ExitCode.Disagreement : ExitCode.Success;
    }
}
