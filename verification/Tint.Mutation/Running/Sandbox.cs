using System.Diagnostics;

namespace Tint.Mutation.Running;

/// <summary>Copies of the built test projects, in which one assembly after another is put in the place of the correct one.</summary>
public sealed class Sandbox : IDisposable
{
    private readonly string _root;

    /// <summary>Copies what was built, within the repository, so that the tests find the fixtures.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="projects">The test projects.</param>
    /// <exception cref="MutationException">One was not built.</exception>
    public Sandbox(Repository repository, IEnumerable<string> projects)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(projects);
        _root = repository.PathOf($"verification/Tint.Mutation/obj/sandbox/{Environment.ProcessId}");
        foreach (var project in projects)
        {
            var built = repository.PathOf($"tests/{project}/bin/{Repository.Build}");
            if (!Directory.Exists(built))
            {
                throw new MutationException($"{project} is not built; run 'dotnet build Tint.Reference.sln' first");
            }

            var copy = FolderOf(project);
            Directory.CreateDirectory(copy);
            foreach (var file in Directory.EnumerateFiles(built))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
            }
        }
    }

    /// <summary>Puts an assembly into every copy that has one of its name.</summary>
    public void Install(string name, byte[] assembly)
    {
        foreach (var folder in Directory.EnumerateDirectories(_root))
        {
            var file = Path.Combine(folder, $"{name}.dll");
            if (File.Exists(file))
            {
                File.WriteAllBytes(file, assembly);
            }
        }
    }

    /// <summary>Runs a check. One that runs longer than the limit is ended, and has found something: the mutant does not end.</summary>
    /// <param name="check">The check.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="MutationException">The check tried nothing, so that it says nothing.</exception>
    public CheckOutcome Run(Check check, TimeSpan limit, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(check);
        var start = new ProcessStartInfo("dotnet", check.Arguments)
        {
            WorkingDirectory = FolderOf(check.Project),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(token);
        var errors = process.StandardError.ReadToEndAsync(token);
        using var registration = token.Register(() => process.Kill(entireProcessTree: true));
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            return new CheckOutcome(false, $"{check.Name} did not end", clock.Elapsed);
        }

        token.ThrowIfCancellationRequested();
        var text = $"{output.Result}\n{errors.Result}";
        if (text.Contains("No test matches", StringComparison.Ordinal))
        {
            throw new MutationException($"no test matches {check.Name}");
        }

        return new CheckOutcome(process.ExitCode == 0, process.ExitCode == 0 ? string.Empty : Finding(check, text), clock.Elapsed);
    }

    /// <summary>Removes the copies.</summary>
    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>The first failed test, or the last line that says something.</summary>
    private static string Finding(Check check, string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var failed = lines.FirstOrDefault(line => line.StartsWith("Failed ", StringComparison.Ordinal) && !line.StartsWith("Failed!", StringComparison.Ordinal));
        return failed is null ? $"{check.Name}: {lines.LastOrDefault() ?? "no output"}" : failed.Split(" [")[0]["Failed ".Length..];
    }

    private string FolderOf(string project) => Path.Combine(_root, project);
}
