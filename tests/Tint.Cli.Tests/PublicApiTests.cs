using System.Reflection;
using System.Runtime.CompilerServices;
using Tint.Fixtures;
using Tint.Properties.Laws;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda;

namespace Tint.Cli.Tests;

/// <summary>
/// What the packages offer stays: each library's <c>PublicApi.txt</c> lists its public and protected members, and none of them may be gone or changed. New
/// ones are free. TINT_WRITE_API=1 in the environment writes the lists anew, as a release with a new major version does.
/// </summary>
public class PublicApiTests
{
    private const string FileName = "PublicApi.txt";
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<string, Assembly> Libraries = new()
    {
        ["fixtures/Tint.Fixtures"] = typeof(FixtureCase).Assembly,
        ["reference/Tint.Reference"] = typeof(TintConfiguration).Assembly,
        ["reference/Tint.Reference.Cuda"] = typeof(CudaProvider).Assembly,
        ["verification/Tint.Verification"] = typeof(Verification.Verifier).Assembly,
        ["verification/Tint.Properties"] = typeof(Law).Assembly,
        ["verification/Tint.Properties.Xunit"] = typeof(Properties.Xunit.LawTrial).Assembly,
        ["verification/Tint.Conformance"] = typeof(Conformance.ScoreCard).Assembly,
    };

    public static TheoryData<string> Folders => [.. Libraries.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Nothing_that_a_package_offers_is_gone_or_changed(string folder)
    {
        var path = Path.Combine(Directory.GetParent(FixtureLocator.FindShipped())!.FullName, folder, FileName);
        var lines = Lines(Libraries[folder]);
        if (Environment.GetEnvironmentVariable("TINT_WRITE_API") == "1")
        {
            File.WriteAllLines(path, lines);
        }

        var gone = File.ReadAllLines(path).Except(lines, StringComparer.Ordinal).ToArray();
        Assert.True(gone.Length == 0, $"gone or changed, see {folder}/{FileName}:{Environment.NewLine}{string.Join(Environment.NewLine, gone)}");
    }

    [Fact]
    public void The_lists_show_what_would_break_a_program()
    {
        var lines = Lines(typeof(FixtureCase).Assembly);
        Assert.Contains("Tint.Fixtures.FixtureManifest", lines, StringComparer.Ordinal);
        Assert.Contains("Tint.Fixtures.FixtureManifest.Load(String directory) -> FixtureManifest", lines, StringComparer.Ordinal);
        Assert.Contains("Tint.Fixtures.FixtureManifest.Format { get; set; } -> Int32", lines, StringComparer.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith("Tint.Fixtures.Json.", StringComparison.Ordinal));
    }

    private static string[] Lines(Assembly library) =>
    [
        .. library.GetExportedTypes()
            .SelectMany(type => type.GetMembers(Declared).Select(member => Line(member)).OfType<string>().Select(line => $"{Name(type)}.{line}").Prepend(Name(type)))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    private static string? Line(MemberInfo member) => member.GetCustomAttribute<CompilerGeneratedAttribute>() is not null && member is not MethodBase { IsSpecialName: false }
        ? null
        : member switch
        {
            MethodInfo { IsSpecialName: false } method when IsOffered(method) && !method.Name.Contains('<', StringComparison.Ordinal) =>
                $"{method.Name}{Generic(method)}{Parameters(method)} -> {Text(method.ReturnType)}",
            MethodInfo { IsSpecialName: true } method when IsOffered(method) && method.Name.StartsWith("op_", StringComparison.Ordinal) =>
                $"{method.Name}{Parameters(method)} -> {Text(method.ReturnType)}",
            ConstructorInfo constructor when IsOffered(constructor) => $"new{Parameters(constructor)}",
            PropertyInfo property when IsOffered(property.GetMethod) || IsOffered(property.SetMethod) =>
                $"{property.Name} {{{(IsOffered(property.GetMethod) ? " get;" : "")}{(IsOffered(property.SetMethod) ? " set;" : "")} }} -> {Text(property.PropertyType)}",
            FieldInfo { IsPublic: true } field => field.IsLiteral && !field.DeclaringType!.IsEnum ? $"const {field.Name} -> {Text(field.FieldType)}" : $"{field.Name} -> {Text(field.FieldType)}",
            EventInfo @event when IsOffered(@event.AddMethod) => $"event {@event.Name} -> {Text(@event.EventHandlerType!)}",
            _ => null,
        };

    private static bool IsOffered(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string Generic(MethodInfo method) => method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Text))}>" : string.Empty;

    private static string Parameters(MethodBase method) =>
        $"({string.Join(", ", method.GetParameters().Select(parameter => $"{Text(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = …" : "")}"))})";

    private static string Name(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    private static string Text(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Text))}>"
        : type.HasElementType ? Text(type.GetElementType()!) + type.Name[type.GetElementType()!.Name.Length..] : type.Name;
}
