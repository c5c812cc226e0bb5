using System.Collections.Concurrent;
using System.Reflection;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// Chooses the linear-algebra provider of the whole process. Where nobody has chosen one when this library is first used, that is
/// <see cref="SimdLinearAlgebraProvider"/>; <c>LinearAlgebraProviders.Use(ProviderChoice.Managed)</c> declines it.
/// </summary>
public static class LinearAlgebraProviders
{
    /// <summary>The name of the provider that a program should use when its user names none.</summary>
    public const string Default = "simd";

    private static readonly ConcurrentDictionary<ProviderChoice, Func<ILinearAlgebraProvider>> Offers = [];

    /// <summary>The names that <see cref="Parse"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Enum.GetValues<ProviderChoice>().Select(NameOf)];

    /// <summary>The provider that products run on now, as a report shows it.</summary>
    public static string InUse => LinearAlgebraControl.Provider is ManagedLinearAlgebraProvider
        ? $"managed (MathNet.Numerics {VersionOfMathNet()})"
        : LinearAlgebraControl.Provider.ToString() ?? string.Empty;

    /// <summary>The name of a choice, in small letters.</summary>
    public static string NameOf(ProviderChoice choice) => choice.ToString().ToLowerInvariant();

    /// <summary>
    /// Lets a choice stand for a provider of another library, ahead of Math.NET's own: this library knows none that needs anything native. A later offer
    /// for the same choice replaces the earlier.
    /// </summary>
    /// <param name="choice">A native provider.</param>
    /// <param name="create">Creates it ready to use, or throws <see cref="RuleViolationException"/>, with one line, where it can not run.</param>
    /// <exception cref="RuleViolationException">The choice is not that of a native provider.</exception>
    public static void Offer(ProviderChoice choice, Func<ILinearAlgebraProvider> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (NativeProvider.All.All(native => native.Choice != choice))
        {
            throw new RuleViolationException(
                "only native providers can be offered", $"{choice}", $"use one of {string.Join(", ", NativeProvider.All.Select(native => native.Choice))}");
        }

        Offers[choice] = create;
    }

    /// <summary>The choice that a name, in small letters, stands for.</summary>
    /// <exception cref="RuleViolationException">There is no such name.</exception>
    public static ProviderChoice Parse(string name)
    {
        var index = Names.ToList().IndexOf(name);
        return index >= 0
            ? Enum.GetValues<ProviderChoice>()[index]
            : throw new RuleViolationException("the provider must be known", $"'{name}'", $"use one of {string.Join(", ", Names)}");
    }

    /// <summary>Registers the provider of that name with Math.NET, for all products of the process from now on.</summary>
    /// <exception cref="RuleViolationException">There is no such name, or what it stands for is not installed.</exception>
    public static ProviderInUse Use(string name) => Use(Parse(name));

    /// <summary>Registers a provider with Math.NET, for all products of the process from now on.</summary>
    /// <exception cref="RuleViolationException">What the choice stands for is not installed; the provider before it stays in use.</exception>
    public static ProviderInUse Use(ProviderChoice choice)
    {
        switch (choice)
        {
            case ProviderChoice.Managed:
                LinearAlgebraControl.UseManaged();
                return new(choice, InUse);
            case ProviderChoice.Simd:
                LinearAlgebraControl.Provider = new SimdLinearAlgebraProvider();
                return Describe(choice);
            case ProviderChoice.Auto:
                return UseFirst();
            case ProviderChoice.Cuda or ProviderChoice.Mkl or ProviderChoice.OpenBlas:
                NativeProvider.All.Single(native => native.Choice == choice).Use(Offers.GetValueOrDefault(choice));
                return Describe(choice);
            default:
                throw Require.Unknown(choice, "the provider");
        }
    }

    private static ProviderInUse UseFirst()
    {
        foreach (var native in NativeProvider.All)
        {
            try
            {
                return Use(native.Choice);
            }
            catch (RuleViolationException)
            {
                // Auto takes what is there; the next one may be.
            }
        }

        return Use(ProviderChoice.Simd);
    }

    private static ProviderInUse Describe(ProviderChoice choice) => new(choice, InUse);

    private static string VersionOfMathNet() =>
        typeof(Control).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "of unknown version";
}
