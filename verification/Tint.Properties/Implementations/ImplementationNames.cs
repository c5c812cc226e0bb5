using System.Reflection;
using System.Runtime.Loader;
using Tint.Reference;

namespace Tint.Properties.Implementations;

/// <summary>
/// Implementations by the name that a command line gives them: the two of this project, or a .NET assembly of anybody's that has a class with
/// <see cref="ITint"/>, so that a foreign implementation is put to laws and cases, and a failure of it is seen again, without a program around it.
/// </summary>
public static class ImplementationNames
{
    private const string AssemblyEnding = ".dll";

    /// <summary>The implementations of this project.</summary>
    public static IReadOnlyList<ITint> BuiltIn { get; } = [new ConstructionTint(), new SimulationTint()];

    /// <summary>What a command line may say, for its help.</summary>
    public static string Words { get; } = $"{string.Join('|', BuiltIn.Select(item => item.Name))}|FILE{AssemblyEnding}[:CLASS]";

    /// <summary>The implementation of a name: one of <see cref="BuiltIn"/>, or a path to an assembly, followed by <c>:</c> and a class where it has several.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public static ITint Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (BuiltIn.FirstOrDefault(item => item.Name == name) is { } known)
        {
            return known;
        }

        var end = name.LastIndexOf(AssemblyEnding, StringComparison.OrdinalIgnoreCase) + AssemblyEnding.Length;
        return end >= AssemblyEnding.Length && (end == name.Length || name[end] == ':')
            ? Load(Path.GetFullPath(name[..end]), end < name.Length ? name[(end + 1)..] : null)
            : throw new RuleViolationException(
                "an implementation must be known",
                $"'{name}'",
                $"use {string.Join(" or ", BuiltIn.Select(item => item.Name))}, or the path of an assembly ({AssemblyEnding}) with a class that implements {nameof(ITint)}");
    }

    /// <summary>The name by which <see cref="Find"/> gives an implementation like this one; null where it has no file or cannot be made from nothing.</summary>
    public static string? Of(ITint tint)
    {
        ArgumentNullException.ThrowIfNull(tint);
        var type = tint.GetType();
        return BuiltIn.Any(item => item.GetType() == type) ? tint.Name
            : Constructor(type) is not null && type.Assembly.Location.Length > 0 ? $"{type.Assembly.Location}:{type.FullName}"
            : null;
    }

    private static ITint Load(string path, string? name)
    {
        Type[] candidates;
        try
        {
            candidates = [.. new Context(path).LoadFromAssemblyPath(path).GetTypes()
                .Where(type => type.IsAssignableTo(typeof(ITint)) && Constructor(type) is not null && (name is null ? type.IsPublic : type.FullName == name))];
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or ReflectionTypeLoadException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new RuleViolationException(
                "an implementation's assembly must be a .NET assembly that loads beside this one",
                $"'{path}'",
                "build it against this version of Tint.Properties, and name the file in its output folder");
        }

        return candidates.Length == 1
            ? (ITint)Constructor(candidates[0])!.Invoke(null)
            : throw new RuleViolationException(
                $"an assembly must have one public class that implements {nameof(ITint)} and has a constructor without parameters, or the class must be named",
                candidates.Length == 0 ? $"none{(name is null ? string.Empty : $" named '{name}'")} in '{path}'" : string.Join(", ", candidates.Select(type => type.FullName)),
                "write FILE.dll:NAMESPACE.CLASS");
    }

    private static ConstructorInfo? Constructor(Type type) => type.IsAbstract || type.ContainsGenericParameters
        ? null
        : type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes);

    /// <summary>Loads what this process has from this process, so that both sides mean the same types, and the rest from beside the assembly.</summary>
    private sealed class Context(string path) : AssemblyLoadContext($"implementation {path}")
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            try
            {
                return Default.LoadFromAssemblyName(assemblyName);
            }
            catch (Exception exception) when (exception is IOException or BadImageFormatException)
            {
                return _resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
            }
        }
    }
}
