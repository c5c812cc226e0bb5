using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Tint.Mutation;

/// <summary>A project's sources, parsed once and compiled in memory as often as wanted, with another text in the place of one file.</summary>
/// <remarks>It must have been built before: its generated sources and its references are taken from obj and bin.</remarks>
public sealed class SourceProject
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);
    private static readonly string[] Generated = ["GlobalUsings.g.cs", "AssemblyInfo.cs"];

    private static readonly string[] GeneratorFiles = ["System.Text.Json.SourceGeneration.dll", "System.Text.RegularExpressions.Generator.dll"];

    private readonly CSharpCompilation _compilation;
    private readonly CSharpGeneratorDriver _generators;
    private readonly Dictionary<string, SyntaxTree> _trees;

    private SourceProject(string folder, CSharpCompilation compilation, CSharpGeneratorDriver generators)
    {
        (Folder, _compilation, _generators) = (folder, compilation, generators);
        _trees = compilation.SyntaxTrees.ToDictionary(tree => tree.FilePath);
    }

    /// <summary>The project's folder, relative to the repository.</summary>
    public string Folder { get; }

    /// <summary>The name of the assembly.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>The project's own files, relative to the repository, in order.</summary>
    public IReadOnlyList<string> Files => [.. _trees.Keys.Where(path => path.StartsWith($"{Folder}/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Parses a project.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="folder">The project's folder, relative to it.</param>
    /// <exception cref="MutationException">The project was not built.</exception>
    public static SourceProject Load(Repository repository, string folder)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var (root, name) = (repository.PathOf(folder), Path.GetFileName(folder));
        var (built, generated) = (Path.Combine(root, "bin", Repository.Build), Path.Combine(root, "obj", Repository.Build));
        if (!Directory.Exists(built))
        {
            throw new MutationException($"{folder} is not built; run 'dotnet build Tint.Reference.sln' first");
        }

        var own = CompiledFiles(repository, folder).Select(path => Parse(repository.Read(path), path));
        var made = Generated
            .Select(file => Parse(File.ReadAllText(Path.Combine(generated, $"{name}.{file}")), $"obj/{file}"));
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.StartsWith(RuntimeEnvironment.GetRuntimeDirectory(), StringComparison.Ordinal));
        var packages = Directory.EnumerateFiles(built, "*.dll").Where(path => Path.GetFileNameWithoutExtension(path) != name)
            .Concat(Packages(repository, folder));
        var compilation = CSharpCompilation.Create(
            name,
            own.Concat(made),
            [.. platform.Concat(packages).DistinctBy(Path.GetFileName).Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable,
                deterministic: true));
        return new SourceProject(folder, compilation, CSharpGeneratorDriver.Create(Generators(), parseOptions: Parsing));
    }

    /// <summary>The tree of a file.</summary>
    public SyntaxTree Tree(string file) => _trees[file];

    /// <summary>The assembly, with the fault if there is one; null where that does not compile.</summary>
    /// <param name="mutant">The fault.</param>
    public byte[]? Compile(SourceMutant? mutant)
    {
        Compilation compilation = _compilation;
        if (mutant is not null)
        {
            var tree = _trees[mutant.File];
            compilation = compilation.ReplaceSyntaxTree(tree, Parse(mutant.Apply(tree.ToString()), mutant.File));
        }

        _generators.RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _);
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        return result.Success
            ? stream.ToArray()
            : mutant is not null
                ? null
                : throw new MutationException($"{Folder} does not compile: {result.Diagnostics.First(item => item.Severity == DiagnosticSeverity.Error)}");
    }

    /// <summary>The files that the build compiles, linked ones too, relative to the repository.</summary>
    private static IEnumerable<string> CompiledFiles(Repository repository, string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", $"{folder}/{Path.GetFileName(folder)}.csproj", "-getItem:Compile"])
        {
            WorkingDirectory = repository.Root,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new MutationException($"the files of {folder} are unknown: {text.Split('\n')[0]}");
        }

        using var document = JsonDocument.Parse(text);
        string[] files = [.. document.RootElement.GetProperty("Items").GetProperty("Compile").EnumerateArray().Select(item => item.GetProperty("FullPath").GetString()!)];
        return files.Select(path => Path.GetRelativePath(repository.Root, path).Replace('\\', '/'));
    }

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text), Parsing, path);

    /// <summary>The assemblies of packages, which a library's own bin does not hold; those of a test that uses it do.</summary>
    private static IEnumerable<string> Packages(Repository repository, string folder) => TestProjects.Of(folder)
        .Select(test => repository.PathOf($"tests/{test}/bin/{Repository.Build}"))
        .Where(Directory.Exists)
        .SelectMany(bin => Directory.EnumerateFiles(bin, "MathNet.*.dll"));

    /// <summary>The generators of the platform that the projects use: of JSON serialisers and of regular expressions.</summary>
    private static IEnumerable<ISourceGenerator> Generators()
    {
        var packs = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../packs/Microsoft.NETCore.App.Ref"));
        return Directory.Exists(packs)
            ? Directory.EnumerateFiles(packs, "*.dll", SearchOption.AllDirectories)
                .Where(path => GeneratorFiles.Contains(Path.GetFileName(path)))
                .SelectMany(path => new AnalyzerFileReference(path, new Loader()).GetGenerators(LanguageNames.CSharp))
            : ImmutableArray<ISourceGenerator>.Empty;
    }

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
